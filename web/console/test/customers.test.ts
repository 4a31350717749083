import { expect, test } from "vitest";
import type { Resource } from "../src/api/meta.ts";
import { fieldOf, keptValue, ownOf, shownValue } from "../src/entity/customers/own.ts";
import { steps } from "../src/entity/customers/rights.ts";
import type { Noted } from "../src/entity/customers/timeline.ts";
import { figures, timeline, withNames } from "../src/entity/customers/timeline.ts";
import { decisionsOn } from "../src/entity/lists/steps.ts";
import { differences } from "../src/view/difference.ts";

const stamp = { version: 1, customer_id: "c", created_at: "2026-03-02T01:00:00.000Z", updated_at: "2026-03-02T01:00:00.000Z" };
const noted: Noted = {
  contacts: [{ source: "bj", call: "7", direction: "inbound", started_at: "2026-03-03T01:00:00.000Z", outcome: "answered", queue: "卡", agent: "8001", talk_ms: 1 }],
  followUps: [{ ...stamp, id: "f", kind: "call", content: "问过", next_at: null, call_id: null, user_id: "u", user_id_label: "吴" }],
  appointments: [
    { ...stamp, id: "a1", subject: "回访", at: "2026-03-01T01:00:00.000Z", state: "open", user_id: null, done_at: null, note: null },
    { ...stamp, id: "a2", subject: "面谈", at: "2026-04-01T01:00:00.000Z", state: "open", user_id: null, done_at: null, note: null },
    { ...stamp, id: "a3", subject: "旧的", at: "2026-02-01T01:00:00.000Z", state: "done", user_id: null, done_at: null, note: null },
  ],
  opportunities: [
    { ...stamp, id: "o1", name: "理财", stage: "need", state: "open", amount: "1000.10", expected_on: null, owner_id: null, closed_at: null, note: null },
    { ...stamp, id: "o2", name: "贷款", stage: "need", state: "lost", amount: "9.00", expected_on: null, owner_id: null, closed_at: null, note: null },
  ],
  transfers: [],
};

test("what happened with a customer stands newest first, whatever it was", () => {
  expect(timeline(noted).map((moment) => `${moment.kind} ${moment.text}`)).toEqual(["appointment 面谈", "call 卡", "follow_up 问过", "opportunity 理财", "opportunity 贷款", "appointment 回访", "appointment 旧的"]);
});

test("calls have the names of queues and agents, and codes where there are none", () => {
  const [call] = noted.contacts;
  const known = { queues: [{ value: "卡", title: "信用卡" }], agents: [], sources: [] };
  expect(withNames([call!, { ...call!, agent_label: "吴佳宁" }], known)).toMatchObject([{ queue: "信用卡", agent: "8001" }, { queue: "信用卡", agent: "吴佳宁" }]);
  const hidden = { direction: "inbound", started_at: "2026-03-03T01:00:00.000Z", outcome: "answered" };
  expect(withNames([hidden], undefined)).toMatchObject([{ queue: null, agent: null }]);
});

test("figures count what stands open, and what is over its time", () => {
  expect(figures(noted, "2026-03-04T00:00:00.000Z")).toEqual({ calls: 1, followUps: 1, open: 2, overdue: 1, cents: 100_010, last: "2026-03-03T01:00:00.000Z" });
});

const resource: Resource = { name: "customers", path: "customers", title: { zh: "", en: "" }, group: "customers", fields: [], features: { edit: true, remove: true }, rights: { write: true, remove: true } };

test("one moves what is one's own or nobody's; who hands over moves everybody's", () => {
  const row = (owner: string | null) => ({ id: "c", version: 1, owner_id: owner });
  expect(steps(resource, row(null), "me", false)).toEqual({ claim: true, release: false, transfer: false, merge: true });
  expect(steps(resource, row("me"), "me", false)).toMatchObject({ claim: false, release: true });
  expect(steps(resource, row("other"), "me", false)).toMatchObject({ claim: false, release: false });
  expect(steps(resource, row("other"), "me", true)).toMatchObject({ release: true, transfer: true });
  expect(steps(resource, row(null), null, true).claim).toBe(false);
});

test("own fields are fields like others; yes and no are words for people and truth for the server", () => {
  const field = fieldOf({ name: "agreed", kind: "yes_no", title_zh: "同意", title_en: "Agreed", required: true, dictionary_id: null }, []);
  expect([shownValue(true), keptValue(field, "true"), keptValue(field, "false"), keptValue(field, null)]).toEqual(["true", true, false, null]);
  expect(fieldOf({ name: "source", kind: "choice", title_zh: "来源", title_en: "Source", required: null, dictionary_id: "d" }, [{ id: "d", code: "origin" }])).toMatchObject({ kind: "dictionary", dictionary: "origin" });
  expect([ownOf(null), ownOf([1]), ownOf({ a: 1 })]).toEqual([{}, {}, { a: 1 }]);
});

test("a change of a part is told as that part", () => {
  expect(differences({ own: { a: 1, b: 2 } }, { own: { a: 1, b: 3 } })).toEqual([{ name: "own.b", before: 2, after: 3 }]);
});

test("nobody decides on what they have asked for themselves", () => {
  const row = (state: string, by: string) => ({ id: "l", version: 1, state, requested_by: by });
  expect(decisionsOn(row("requested", "other"), "me", true)).toEqual(["approve", "refuse"]);
  expect(decisionsOn(row("requested", "me"), "me", true)).toEqual([]);
  expect(decisionsOn(row("approved", "me"), "me", true)).toEqual(["revoke"]);
  expect([decisionsOn(row("requested", "other"), "me", false), decisionsOn(row("refused", "other"), "me", true)]).toEqual([[], []]);
});
