import { expect, test } from "vitest";
import { questions, showsWaiting, withWaiting } from "../src/entity/lists/waiting.ts";
import { columnWidth } from "../src/resource/cells.tsx";

const asked = (filter: string, me: string | null) => {
  const { all, own } = questions(new URLSearchParams(filter), me);
  return [all?.toString() ?? null, own?.toString() ?? null];
};

test("what would be decided is what waits in the filter, without one's own", () => {
  expect(asked("kind=black", "me")).toEqual(["kind=black&state=requested", "kind=black&state=requested&requested_by=me"]);
  expect(asked("state.in=requested%2Crefused", null)).toEqual(["state=requested", null]);
  expect(asked("state=approved", "me")).toEqual([null, null]);
  expect(asked("requested_by.in=other", "me")).toEqual(["requested_by.in=other&state=requested", null]);
  expect(asked("requested_by.in=other%2Cme", "me")).toEqual(["requested_by.in=other%2Cme&state=requested", "state=requested&requested_by=me"]);
});

test("what waits alone is one filter of its own, and other filters stay", () => {
  expect(showsWaiting(new URLSearchParams("state.in=requested&kind=red"))).toBe(true);
  expect(showsWaiting(new URLSearchParams("state.in=requested,refused"))).toBe(false);
  expect(withWaiting(new URLSearchParams("kind=red&cursor=x&state=approved"), true).toString()).toBe("kind=red&state.in=requested");
  expect(withWaiting(new URLSearchParams("state.in=requested&q=1"), false).toString()).toBe("q=1");
});

test("a column is wide enough for the longest of its options, and no wider than is reasonable", () => {
  const state = (...titles: readonly string[]) => ({ name: "state", kind: "choice", title: { zh: "状态", en: "State" }, options: titles.map((title) => ({ value: title, title: { zh: "待审核", en: title } })) });
  expect(columnWidth(state("Waits for approval"), "en")).toBe(159);
  expect(columnWidth(state("Waits for approval"), "zh")).toBe(100);
  expect(columnWidth(state("An option that goes on and on and on"), "en")).toBe(160);
});
