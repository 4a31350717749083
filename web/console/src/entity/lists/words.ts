import { addWords } from "../../text/words.ts";

addWords(
  "lists",
  {
    approve: "通过", refuse: "驳回", revoke: "撤销", reason: "意见", approved: "已通过", refused: "已驳回", revoked: "已撤销", decide: "审核", own: "本人申请，由他人审核", all: "全部通过", allText: "通过当前条件下所有由他人申请、等待审核的条目。一次最多 500 条。", allDone: "已通过 {{decided}} 条，还有 {{left}} 条等待审核",
    number: "号码", ask: "查询", none: "不在任何名单中", black: "在黑名单中", red: "在红名单中", hint: "此查询不计入命中次数。",
  },
  {
    approve: "Approve", refuse: "Refuse", revoke: "Take back", reason: "Reason", approved: "Approved", refused: "Refused", revoked: "Taken back", decide: "Decide", own: "Asked by yourself: somebody else decides", all: "Approve all", allText: "Approves all entries of the present filter that somebody else has asked for, at most 500 at a time.", allDone: "{{decided}} approved, {{left}} still wait",
    number: "Number", ask: "Look up", none: "On no list", black: "On the black list", red: "On the red list", hint: "This question counts as no hit.",
  },
);
