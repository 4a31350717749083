import { addWords } from "../../text/words.ts";

addWords(
  "lists",
  {
    approve: "通过", refuse: "驳回", revoke: "撤销", reason: "意见", approved: "已通过", refused: "已驳回", revoked: "已撤销", decide: "审核", own: "本人申请，由他人审核", waiting: "待审核",
    all: "全部通过", allOf: "全部通过（{{count}} 条）", allText: "将通过当前条件下由他人申请、等待审核的 {{count}} 条名单。", allTextMany: "当前条件下由他人申请、等待审核的名单有 {{count}} 条，一次最多通过 {{most}} 条，最早的在先。", allDone: "已通过 {{decided}} 条，还有 {{left}} 条等待审核", allDoneNone: "已通过 {{decided}} 条",
    number: "号码", ask: "查询", none: "不在任何名单中", black: "在黑名单中", red: "在红名单中", hint: "此查询不计入命中次数。",
  },
  {
    approve: "Approve", refuse: "Refuse", revoke: "Take back", reason: "Reason", approved: "Approved", refused: "Refused", revoked: "Taken back", decide: "Decide", own: "Asked by yourself: somebody else decides", waiting: "Waiting",
    all: "Approve all", allOf: "Approve all {{count}}", allText: "Approves the {{count}} entries of this filter that wait and that somebody else has asked for.", allTextMany: "{{count}} entries of this filter wait that somebody else has asked for. At most {{most}} are approved at a time, the oldest first.", allDone: "{{decided}} approved, {{left}} still wait", allDoneNone: "{{decided}} approved",
    number: "Number", ask: "Look up", none: "On no list", black: "On the black list", red: "On the red list", hint: "This question counts as no hit.",
  },
);
