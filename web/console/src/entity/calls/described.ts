// Calls described as the server describes its resources, so that filters and address work alike.
import type { Field, Option, Resource, Words } from "../../api/meta.ts";

const words = (zh: string, en: string): Words => ({ zh, en });
const option = (value: string, zh: string, en: string): Option => ({ value, title: words(zh, en) });

export const DIRECTIONS = [option("inbound", "呼入", "Inbound"), option("outbound", "呼出", "Outbound"), option("internal", "内部", "Internal")];
export const ENDED_BY = [option("caller", "客户", "Caller"), option("agent", "座席", "Agent"), option("system", "系统", "System"), option("lost", "数据源中断", "Source lost")];
export const OUTCOMES = [
  option("open", "进行中", "In progress"), option("answered", "接通", "Answered"), option("abandoned", "放弃", "Abandoned"), option("timed_out", "超时", "Timed out"),
  option("key", "按键离开", "Left by key"), option("overflow", "溢出", "Overflow"), option("unqueued", "未排队", "Not queued"), option("lost", "中断", "Lost"),
];

const field = (name: string, kind: string, zh: string, en: string, more: Partial<Field> = {}): Field => ({ name, kind, title: words(zh, en), filter: true, shown: true, ...more });

export const CALLS: Resource = {
  name: "calls",
  path: "calls",
  title: words("通话记录", "Calls"),
  group: "calls",
  label: "call",
  fields: [
    field("started_at", "instant", "开始", "Began", { sort: true }),
    field("direction", "choice", "方向", "Direction", { options: DIRECTIONS }),
    field("from_number", "text", "主叫", "Caller", { search: true, filter: false }),
    field("to_number", "text", "被叫", "Callee", { filter: false }),
    field("queue", "choice", "技能组", "Queue"),
    field("agent", "choice", "座席", "Agent"),
    field("outcome", "choice", "结果", "Outcome", { options: OUTCOMES }),
    field("wait_ms", "duration", "等待", "Wait", { filter: false, sort: true }),
    field("talk_ms", "duration", "通话", "Talk", { filter: false, sort: true }),
    field("hold_ms", "duration", "保持", "Hold", { filter: false }),
    field("transfers", "number", "转接", "Transfers", { filter: false }),
    field("rating", "number", "满意度", "Rating", { filter: false }),
    field("source", "choice", "数据源", "Source", { shown: false }),
    field("call", "text", "编号", "Id", { shown: false, filter: false }),
  ],
  features: {},
  rights: { read: true },
};
