import { expect, test } from "vitest";
import { named, readPath, stretches } from "../src/entity/calls/path.ts";
import { CALLS } from "../src/entity/calls/described.ts";
import { callsQuestion, placeOf, rowOf } from "../src/entity/calls/question.ts";
import { moved } from "../src/entity/dictionaries/order.ts";
import { grouped, toggled } from "../src/entity/roles/grouped.ts";
import { readState } from "../src/resource/liststate.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 8, 0, second)).toISOString();
const shown = (steps: readonly Record<string, unknown>[], until: number) =>
  stretches(readPath(steps), Date.parse(at(until))).map((part) => [part.kind, (part.to - part.from) / 1000, part.who]);

test("a call goes through menu, queue, ring, talk, hold and the work after it", () => {
  const steps = [
    { at: at(0), what: "started" },
    { at: at(5), what: "queued", queue: "cards" },
    { at: at(20), what: "ringing", agent: "8010", queue: "cards" },
    { at: at(24), what: "answered", agent: "8010" },
    { at: at(30), what: "held", agent: "8010" },
    { at: at(33), what: "resumed", agent: "8010" },
    { at: at(50), what: "ended", why: "caller" },
    { at: at(60), what: "wrapped_up", agent: "8010", ms: 10_000 },
  ];
  expect(shown(steps, 50)).toEqual([["menu", 5, ""], ["queue", 15, "cards"], ["ring", 4, "8010"], ["talk", 6, "8010"], ["hold", 3, "8010"], ["talk", 17, "8010"], ["wrap_up", 10, "8010"]]);
});

test("a ring that nobody answers leads back to the queue, and a call that goes on lasts until now", () => {
  const steps = [{ at: at(0), what: "queued", queue: "cards" }, { at: at(3), what: "ringing", agent: "1" }, { at: at(9), what: "ring_missed", agent: "1" }];
  expect(shown(steps, 12)).toEqual([["queue", 3, "cards"], ["ring", 6, "1"], ["queue", 3, "cards"]]);
  expect([readPath(null), readPath([{ at: at(0) }, null])]).toEqual([[], []]);
});

test("steps have names, and whom a call was handed to has the name that another step gives", () => {
  const steps = readPath([
    { at: at(0), what: "started", to: "95588" },
    { at: at(1), what: "answered", agent: "8010", agent_label: "吴佳宁", queue: "cards", queue_label: null },
    { at: at(2), what: "transferred", agent: "8010", to: "7002" },
    { at: at(3), what: "queued", queue: "7002", queue_label: "贷款" },
  ]);
  expect(named(steps).map((step) => [step.queue, step.agent, step.to])).toEqual([[undefined, undefined, "95588"], ["cards", "吴佳宁", undefined], [undefined, "吴佳宁", "贷款"], ["贷款", undefined, undefined]]);
});

test("a list of calls is asked for by what the server takes, and by nothing else", () => {
  const asked = (address: string): string => callsQuestion(readState(CALLS, new URLSearchParams(address))).toString();
  expect(asked("")).toBe("limit=50");
  expect(asked("q=*4567&outcome.in=answered,lost&queue=cards&nobody=1&sort=-wait_ms&limit=20&cursor=abc")).toBe("outcome=answered%2Clost&queue=cards&number=*4567&sort=-wait_ms&limit=20&cursor=abc");
  expect(asked("started_at.from=2026-01-01T00:00:00.000Z&started_at.to=2026-01-02T00:00:00.000Z&queue.like=c&sort=queue&created_at.from=1")).toBe("from=2026-01-01T00%3A00%3A00.000Z&to=2026-01-02T00%3A00%3A00.000Z&limit=50");
});

test("a call that goes on is in progress, and its lengths are not known yet", () => {
  const call = { source: "a/b", call: "1", outcome: "answered", answered_at: null, ended_at: null, wait_ms: 0, talk_ms: 0, hold_ms: 0 };
  expect(rowOf(call, placeOf("a/b", "1"))).toMatchObject({ id: "a%2Fb/1", outcome: "open", wait_ms: null, talk_ms: null, hold_ms: null });
  expect(rowOf({ ...call, answered_at: at(9), wait_ms: 9_000 }, "1")).toMatchObject({ wait_ms: 9_000, talk_ms: null });
  expect(rowOf({ ...call, ended_at: at(9) }, "1")).toMatchObject({ outcome: "answered", talk_ms: 0 });
});

test("an option that moves renumbers only those that change", () => {
  const rows = [0, 1, 2].map((position) => ({ id: String(position), version: 1, position }));
  expect(moved(rows, 2, 1).map((step) => [step.row.id, step.position])).toEqual([["2", 1], ["1", 2]]);
  expect(moved(rows, 0, -1)).toEqual([]);
});

test("who may change may see, and who may not see may do nothing", () => {
  const title = { zh: "用户", en: "Users" };
  const right = (name: string, resource: string | null) => ({ name, title, resource });
  const resource = { name: "users", path: "users", title, group: "organisation", fields: [], features: {}, rights: {} };
  const { lines, others } = grouped([right("*", null), right("users.read", "users"), right("users.write", "users")], [resource]);
  expect(others.map((entry) => entry.name)).toEqual(["*"]);
  expect(toggled([], lines[0]!, "write", true)).toEqual(["users.read", "users.write"]);
  expect(toggled(["users.read", "users.write", "sql.ask"], lines[0]!, "read", false)).toEqual(["sql.ask"]);
  expect(toggled([], lines[0]!, "delete", true)).toEqual([]);
});
