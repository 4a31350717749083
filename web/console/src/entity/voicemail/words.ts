import { addWords } from "../../text/words.ts";

addWords(
  "voicemail",
  { heading: "{{who}}，{{at}}", unknown: "未知主叫", listen: "收听留言", handle: "处理完成", handled: "已处理", reopen: "重新处理", reopened: "已重新打开", note: "回访备注", scan: "检查新留言", scanned: "新增 {{count}} 条留言" },
  { heading: "{{who}}, {{at}}", unknown: "Unknown caller", listen: "Listen to the message", handle: "Handled", handled: "Handled", reopen: "Take up again", reopened: "Taken up again", note: "Note on calling back", scan: "Look for messages", scanned: "{{count}} new messages" },
);
