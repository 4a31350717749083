import { addWords } from "../../text/words.ts";

const zh = {
  title: "呼损回访",
  states: { open: "待回访", taken: "处理中", done: "已回访", repeated: "已再次来电", returned: "已回呼" },
  results: { reached: "已联系上", not_reached: "未联系上", not_needed: "无需回访" },
  outcomes: { abandoned: "放弃", timed_out: "超时", overflow: "溢出", lost: "中断" },
  deeds: { take: "领取", takeOver: "接手", close: "完成", giveBack: "退回", reopen: "重新打开" },
  did: { take: "已领取 {{who}}", takeOver: "已接手 {{who}}", close: "已完成 {{who}}", giveBack: "已退回 {{who}}", reopen: "已重新打开 {{who}}", undone: "已撤销" },
  columns: { state: "状态", number: "号码", times: "次数", lost_at: "呼损时间", waited: "等待", queue: "技能组", outcome: "原因", customer: "客户", who: "处理人", result: "结果", note: "备注", next: "下一步" },
  settled: "{{time}} 已接通",
  filter: "按状态筛选", span: "时间", queue: "技能组",
  spans: { today: "今天", days: "昨天和今天", week: "近 7 天", own: "自定义" }, ownDays: "{{from}} 至 {{to}}",
  waiting: "{{count}} 个新的呼损号码，指针移开后显示", capped: "呼损号码太多，只查看了其中一部分。请缩短时间，或选择技能组。",
  none: "没有待回访的来电", noneText: "{{span}}的呼损都已处理完毕。", noneMatch: "没有符合条件的来电", noneMatchText: "时间：{{span}}。可以改选其他状态、技能组或时间。", noneHere: "这一页已经没有来电", usual: "只看待处理",
  closeTitle: "完成回访：{{who}}", result: "结果", note: "备注", noteHint: "选填。例如客户的问题，或者约定的时间。", needed: "请选择结果", sends: "保存",
  held: "正在由他人处理", anyway: "仍然接手", unknownNumber: "未知号码", openCall: "查看通话", keys: { take: "领取", close: "完成" },
};

const en: typeof zh = {
  title: "Call-backs",
  states: { open: "To call back", taken: "Taken", done: "Done", repeated: "Called again", returned: "Returned" },
  results: { reached: "Reached", not_reached: "Not reached", not_needed: "Not needed" },
  outcomes: { abandoned: "Abandoned", timed_out: "Timed out", overflow: "Overflow", lost: "Lost" },
  deeds: { take: "Take", takeOver: "Take over", close: "Close", giveBack: "Give back", reopen: "Reopen" },
  did: { take: "Taken: {{who}}", takeOver: "Taken over: {{who}}", close: "Closed: {{who}}", giveBack: "Given back: {{who}}", reopen: "Reopened: {{who}}", undone: "Undone" },
  columns: { state: "State", number: "Number", times: "Times", lost_at: "Lost at", waited: "Waited", queue: "Queue", outcome: "Why", customer: "Customer", who: "Who", result: "Result", note: "Note", next: "Next" },
  settled: "at {{time}}",
  filter: "Filter by state", span: "Time", queue: "Queue",
  spans: { today: "Today", days: "Yesterday and today", week: "Last 7 days", own: "Own days" }, ownDays: "{{from}} to {{to}}",
  waiting: "{{count}} new lost callers, shown once the pointer has left the list", capped: "There are too many lost callers; only some were looked at. Choose fewer days, or a queue.",
  none: "Nobody is waiting to be called back", noneText: "Every lost call has been dealt with. Looked at: {{span}}.", noneMatch: "Nothing matches", noneMatchText: "Time: {{span}}. Choose other states, queues or days.", noneHere: "Nothing is left on this page", usual: "What is to be done",
  closeTitle: "Close the call-back: {{who}}", result: "Result", note: "Note", noteHint: "Optional: what it was about, or a time that was agreed.", needed: "Choose a result", sends: "saves",
  held: "Somebody else holds this one", anyway: "Take over anyway", unknownNumber: "Unknown", openCall: "View the call", keys: { take: "take", close: "close" },
};

addWords("callBacks", zh, en);
