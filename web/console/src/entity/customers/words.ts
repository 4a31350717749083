import { addWords } from "../../text/words.ts";

addWords(
  "customers",
  {
    claim: "领取", claimDone: "已领取", release: "退回公共池", releaseDone: "已退回公共池", releaseText: "退回后，其他人可以领取该客户。", transfer: "转移", transferDone: "已转移", transferText: "转移后，您可能不再看到该客户。原因会记入转移记录。",
    merge: "合并", mergeDone: "已合并", mergeText: "另一条记录的电话、标签、跟进、预约和业务机会会并入当前客户，随后该记录被删除。当前客户已有的内容不变。此操作不能撤销。", reason: "原因",
    chosen: "已选 {{count}} 个客户", chooseNone: "取消选择", releaseMany: "退回 {{count}} 个客户", transferMany: "转移 {{count}} 个客户", moved: "已完成 {{done}} 个", movedPartly: "已完成 {{done}} 个，{{count}} 个被拒绝：",
    owner: "所有人 {{name}}", pool: "公共池", noOwn: "还没有定义自定义字段。", story: "动态", noStory: "还没有任何往来。", calls: "通话", noSource: "还没有连接通话数据源。", overdue: "{{count}} 项逾期",
    figures: { calls: "通话", followed: "跟进", open: "待办预约", amount: "进行中金额（元）", last: "最近联系" },
    kinds: { call: "通话", follow_up: "跟进", appointment: "预约", opportunity: "业务机会", transfer: "转移" },
    whats: {
      call: { inbound: "呼入", outbound: "呼出", internal: "内部" }, follow_up: { call: "电话", message: "短信或在线消息", mail: "邮件", visit: "拜访", other: "其他" }, appointment: { open: "待办", done: "已完成", cancelled: "已取消" },
      opportunity: { open: "进行中", won: "赢单", lost: "输单" }, transfer: { claim: "领取", release: "退回公共池", transfer: "转移" },
    },
  },
  {
    claim: "Take", claimDone: "Taken", release: "Give back to the pool", releaseDone: "Given back to the pool", releaseText: "Once given back, anybody may take this customer.", transfer: "Hand over", transferDone: "Handed over", transferText: "You may no longer see this customer afterwards. The reason is kept with the transfer.",
    merge: "Merge", mergeDone: "Merged", mergeText: "Numbers, tags, follow-ups, appointments and opportunities of the other record come into this one, and the other is deleted. What this customer has already stays. This cannot be undone.", reason: "Reason",
    chosen: "{{count}} customers chosen", chooseNone: "Choose none", releaseMany: "Give back {{count}} customers", transferMany: "Hand over {{count}} customers", moved: "{{done}} done", movedPartly: "{{done}} done, {{count}} refused:",
    owner: "Owner {{name}}", pool: "Public pool", noOwn: "No own fields are defined yet.", story: "Story", noStory: "Nothing has happened yet.", calls: "Calls", noSource: "No source of calls is connected yet.", overdue: "{{count}} overdue",
    figures: { calls: "Calls", followed: "Follow-ups", open: "Open appointments", amount: "Open amount (yuan)", last: "Last contact" },
    kinds: { call: "Call", follow_up: "Follow-up", appointment: "Appointment", opportunity: "Opportunity", transfer: "Transfer" },
    whats: {
      call: { inbound: "inbound", outbound: "outbound", internal: "internal" }, follow_up: { call: "by telephone", message: "by message", mail: "by mail", visit: "visit", other: "other" }, appointment: { open: "open", done: "done", cancelled: "cancelled" },
      opportunity: { open: "open", won: "won", lost: "lost" }, transfer: { claim: "taken", release: "given back", transfer: "handed over" },
    },
  },
);
