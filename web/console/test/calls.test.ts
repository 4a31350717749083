import { expect, test } from "vitest";
import { readPath, stretches } from "../src/entity/calls/path.ts";
import { CALLS } from "../src/entity/calls/described.ts";
import { callQuestion, callsQuestion } from "../src/entity/calls/question.ts";
import { moved } from "../src/entity/dictionaries/order.ts";
import { grouped, toggled } from "../src/entity/roles/grouped.ts";
import { readState } from "../src/resource/liststate.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 8, 0, second)).toISOString();
const shown = (steps: readonly Record<string, unknown>[], until: number) =>
  stretches(readPath(JSON.stringify(steps)), Date.parse(at(until))).map((part) => [part.kind, (part.to - part.from) / 1000, part.who]);

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
  expect(readPath("not json")).toEqual([]);
});

test("what people type stays a literal in the question", () => {
  const state = readState(CALLS, new URLSearchParams("q=138'; DROP&outcome.in=answered,x'y&nobody=1&sort=-wait_ms&started_at.from=2026-01-01T00:00:00.000Z&cursor=50"));
  expect(callsQuestion(state)).toContain("WHERE outcome IN ('answered', 'x''y') AND started_at >= TIMESTAMP '2026-01-01T00:00:00.000Z' AND strpos(lower(from_number), lower('138''; DROP')) > 0 ORDER BY wait_ms DESC, source, call LIMIT 51 OFFSET 50");
  expect(callQuestion("a'b", "c")).toContain("source = 'a''b' AND call = 'c'");
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
