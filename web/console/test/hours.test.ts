import { expect, test } from "vitest";
import { barsOf, isSpan, readWeek, tidyTime, writeWeek } from "../src/entity/business-hours/week.ts";

const kept = [
  { days: [1, 2, 3, 4, 5], from: "09:00", to: "18:00" },
  { days: [6], from: "22:00", to: "02:00" },
];

test("a week is read day by day and written with days of the same hours together", () => {
  const week = readWeek(kept);
  expect(week.map((spans) => spans.length)).toEqual([1, 1, 1, 1, 1, 1, 0]);
  expect(writeWeek(week)).toEqual(kept);
  expect(writeWeek(readWeek("no week"))).toEqual([]);
});

test("what runs over midnight is open on the day after", () => {
  const bars = barsOf(readWeek(kept));
  expect(bars[5]).toEqual([{ from: 22 / 24, to: 1 }]);
  expect(bars[6]).toEqual([{ from: 0, to: 2 / 24 }]);
  expect(barsOf(readWeek([{ days: [7], from: "00:00", to: "24:00" }]))[6]).toEqual([{ from: 0, to: 1 }]);
});

test("times are taken as people type them, and what is no span is known", () => {
  expect(["9:00", "900", "09：30", "18:00", "x"].map(tidyTime)).toEqual(["09:00", "09:00", "09:30", "18:00", "x"]);
  expect([isSpan({ from: "09:00", to: "24:00" }), isSpan({ from: "24:00", to: "09:00" }), isSpan({ from: "09:00", to: "09:00" }), isSpan({ from: "9:00", to: "10:00" })]).toEqual([true, false, false, false]);
});
