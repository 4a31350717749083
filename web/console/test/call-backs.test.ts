import { expect, test } from "vitest";
import type { CallBack, State } from "../src/api/call-backs.ts";
import { decisionOf, deedOfKey, deedsOf, undoing } from "../src/entity/call-backs/deeds.ts";
import { ownSpan, questionOf, readShown, saidDays, toggled, within, writeShown } from "../src/entity/call-backs/question.ts";
import { steady } from "../src/entity/call-backs/steady.ts";
import { isNearLimit, LONGEST, sendable } from "../src/entity/calls/noting.ts";

// Behind the machine and before it: the day is the zone's.
const ZONE = "America/New_York";
const NOW = new Date("2026-03-04T03:32:07Z");
const shown = (address: string) => readShown(new URLSearchParams(address));
const asked = (address: string) => Object.fromEntries(questionOf(shown(address), NOW, ZONE));
const local = (month: number, day: number): string => `2026-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}T05:00:00.000Z`;

const row = (call: string, state: State = "open", user: string | null = null, more: Partial<CallBack> = {}): CallBack => ({
  source: "pbx", call, number: "138****1207", times: 1, queue: "cards", queue_label: "信用卡", lost_at: "2026-03-03T06:00:00Z", waited_ms: 42_000, outcome: "abandoned", state, settled_at: null, settled_source: null, settled_call: null,
  user_id: user, user_label: user, result: null, note: null, changed_at: null, customer_id: null, customer_label: null, ...more,
});

test("without a word the address means what is to be done since the server's own midnight", () => {
  expect(shown("")).toEqual({ states: ["open", "taken"], span: "days", from: "", to: "", queues: [], cursor: "" });
  expect(asked("")).toEqual({ state: "open,taken", limit: "50" });
  expect(shown("state=nothing,&span=ever&from=soon&queue=,")).toEqual(shown(""));
});

test("every state of the page is an address that reads back as the same", () => {
  for (const address of ["", "state=done", "state=open%2Crepeated%2Creturned&span=today", "span=week&queue=a%2Cb", "from=2026-02-01&to=2026-02-10", "to=2026-02-10&cursor=xyz"]) {
    expect(writeShown(shown(address)).toString()).toBe(address);
  }
});

test("days begin at midnight, and the week has seven of them with today", () => {
  expect(asked("span=today")["from"]).toBe(local(3, 3));
  expect(asked("span=week")["from"]).toBe(local(2, 25));
  expect(asked("from=2026-02-01&to=2026-02-03&queue=a,b&state=done&cursor=c")).toEqual({ from: local(2, 1), to: local(2, 3), queue: "a,b", state: "done", limit: "50", cursor: "c" });
});

test("an own span stays within what the server answers for, and is said with its last day", () => {
  expect(within("2026-01-01", "2026-03-01")).toEqual(["2026-01-29", "2026-03-01"]);
  expect(within("2026-02-01", "2026-03-04")).toEqual(["2026-02-01", "2026-03-04"]);
  expect(within("2026-02-05", "2026-02-05")).toEqual(["2026-02-05", "2026-02-06"]);
  expect(asked("to=2026-03-01")["from"]).toBe(local(1, 29));
  expect(ownSpan(NOW, ZONE)).toEqual({ from: "2026-03-02", to: "2026-03-04" });
  expect(saidDays(shown("from=2026-02-01&to=2026-02-03"))).toEqual(["2026-02-01", "2026-02-02"]);
});

test("states are switched one by one, and with none left it is what is to be done", () => {
  expect(toggled(["open", "taken"], "done")).toEqual(["open", "taken", "done"]);
  expect(toggled(["done"], "open")).toEqual(["open", "done"]);
  expect(toggled(["done"], "done")).toEqual(["open", "taken"]);
});

test("a row offers what its state and its holder allow, the next step first", () => {
  const offers = (entry: CallBack) => deedsOf(entry, "me", true);
  expect(offers(row("1"))).toEqual(["take", "close"]);
  expect(offers(row("1", "taken", "me"))).toEqual(["close", "giveBack"]);
  expect(offers(row("1", "taken", "other"))).toEqual(["takeOver", "close"]);
  expect(offers(row("1", "done", "me"))).toEqual(["reopen"]);
  expect([...offers(row("1", "repeated")), ...offers(row("1", "returned", "me")), ...deedsOf(row("1"), "me", false)]).toEqual([]);
  expect(deedsOf(row("1", "taken"), null, true)).toEqual(["close", "giveBack"]);
});

test("T takes or takes over, D closes, in either case, and only where the row offers it", () => {
  expect(deedOfKey("t", ["take", "close"])).toBe("take");
  expect(deedOfKey("T", ["takeOver", "close"])).toBe("takeOver");
  expect(deedOfKey("D", ["take", "close"])).toBe("close");
  expect([deedOfKey("t", ["close", "giveBack"]), deedOfKey("d", ["reopen"]), deedOfKey("x", ["take"])]).toEqual([null, null, null]);
  expect((["take", "takeOver", "giveBack", "reopen"] as const).map((deed) => decisionOf(deed).state)).toEqual(["taken", "taken", "open", "open"]);
});

test("what was done is undone to what was there, but not for somebody else", () => {
  expect(undoing(row("1"), "me")).toEqual({ state: "open" });
  expect(undoing(row("1", "taken", "me"), "me")).toEqual({ state: "taken" });
  expect(undoing(row("1", "done", "me", { result: "reached", note: "n" }), "me")).toEqual({ state: "done", result: "reached", note: "n" });
  expect([undoing(row("1", "taken", "other"), "me"), undoing(row("1", "done", "other"), "me")]).toEqual([null, null]);
});

test("under the pointer rows keep their place, change in place, and new ones are counted", () => {
  const at = (call: string, minute: number, state: State = "open") => row(call, state, null, { lost_at: new Date(Date.UTC(2026, 2, 3, 6, minute)).toISOString() });
  const before = [at("2", 20), at("1", 10)];
  // The older one at the end has come up from the next page: no new caller.
  const now = steady(before, [at("4", 40), at("3", 30), at("1", 10, "taken"), at("0", 5)]);
  expect(now.rows.map((entry) => [entry.call, entry.state])).toEqual([["2", "open"], ["1", "taken"]]);
  expect(now.waiting).toBe(2);
  expect(steady(before, before)).toEqual({ rows: before, waiting: 0 });
});

test("a note has something in it and an end", () => {
  expect([sendable("  \n"), sendable(" called back at 3 \n"), sendable("x".repeat(LONGEST + 1))]).toEqual([null, "called back at 3", null]);
  expect([isNearLimit("x".repeat(1_799)), isNearLimit("x".repeat(1_800))]).toEqual([false, true]);
});
