import { addWords } from "../../text/words.ts";

addWords(
  "sources",
  {
    title: "数据源", connected: "已连接", lost: "已中断", gap: "有缺口", heard: "最近事件", lag: "距今", since: "中断于", tells: "内容", calls: "呼叫", agents: "座席", gaps: "未补缺口", none: "还没有数据源发来事件。", name: "数据源",
    rejected: "被拒绝的行", noRejected: "没有被拒绝的行。", received: "收到", place: "位置", reason: "原因", line: "原文", fix: "更正并重新提交", resubmit: "重新提交", again: "已接受", still: "仍被拒绝，原因见列表", gapsTitle: "缺口", noGaps: "没有已知缺口。",
    from: "起", to: "止", filled: "已补", open: "未补", upload: "上传事件", uploadText: "NDJSON 文件，每行一个事件；重复的行不会重复计入。", send: "上传", sending: "正在上传", sent: "接受 {{accepted}} 行，已有 {{duplicate}} 行，拒绝 {{rejected}} 行", large: "文件最大 64 MB", stopped: "已取消",
  },
  {
    title: "Sources", connected: "connected", lost: "lost", gap: "gap", heard: "Newest event", lag: "Age", since: "Lost since", tells: "Tells about", calls: "calls", agents: "agents", gaps: "Open gaps", none: "No source has sent an event yet.", name: "Source",
    rejected: "Refused lines", noRejected: "No line was refused.", received: "Received", place: "Place", reason: "Reason", line: "Line", fix: "Mend and send again", resubmit: "Send again", again: "Accepted", still: "Refused again; the list says why", gapsTitle: "Gaps", noGaps: "No gap is known.",
    from: "From", to: "To", filled: "filled", open: "open", upload: "Upload events", uploadText: "NDJSON, one event a line; a line that is there already does not count twice.", send: "Upload", sending: "Uploading", sent: "{{accepted}} lines accepted, {{duplicate}} known already, {{rejected}} refused", large: "A file may have 64 MB", stopped: "Cancelled",
  },
);
