import assert from "node:assert/strict";
import { test } from "node:test";
import { age, calendar, count, duration, figure, limit, percent, plain } from "../src/format";
import type { Cell, Column, Format } from "../src/frames";
import { say, spaced } from "../src/words";

function column(format: Format): Column {
  return { name: "c", title: null, full: null, format, en: null, of: null, feed: null, width: null };
}

test("numbers are grouped and have a true minus", () => {
  assert.deepEqual([0, 999, 1000, 6627, 1234567, -1500].map(count), ["0", "999", "1,000", "6,627", "1,234,567", "\u22121,500"]);
});

test("a share has one decimal", () => {
  assert.deepEqual([0.807, 1, 0, -0.035].map(percent), ["80.7", "100.0", "0.0", "\u22123.5"]);
});

test("durations are cut, never rounded up, and never below zero", () => {
  assert.deepEqual([-5, 0, 999, 108_900, 3_600_000, 17_122_000].map(duration), ["0:00", "0:00", "0:00", "1:48", "1:00:00", "4:45:22"]);
});

test("an age has one decimal under 10 s, whole seconds to 60, then m:ss", () => {
  const ages = [-20, 0, 400, 9_940, 9_960, 10_000, 59_999, 60_000, 146_000].map(age);
  assert.deepEqual(ages, ["0.0 s", "0.0 s", "0.4 s", "9.9 s", "9 s", "10 s", "59 s", "1:00", "2:26"]);
});

test("a value that is not there is a dash, never zero", () => {
  for (const format of ["count", "share", "duration", "timer"] as const) {
    for (const cell of [null, undefined]) assert.deepEqual(figure(column(format), cell, "zh", 0), { text: "–", unit: "" });
  }
});

test("each format has its text and unit", () => {
  const shown = (format: Format, cell: Cell) => plain(figure(column(format), cell, "zh", 1_000_000));
  assert.equal(shown("share", 0.807), "80.7%");
  assert.equal(shown("seconds", 14_700), "14.7 秒");
  assert.equal(shown("seconds", 75_000), "1:15");
  assert.equal(shown("timer", 892_000), "1:48");
  assert.equal(shown("caller", "13900001207"), "尾号 1207");
  assert.equal(shown("caller", "anonymous"), "anonymous");
  assert.equal(shown("state", "wrap_up"), "话后");
  assert.equal(shown("call_state", "waiting"), "等待");
  assert.equal(shown("call_state", "unheard_of"), "unheard_of");
});

test("limits of shares lose a decimal that says nothing", () => {
  assert.equal(limit(column("share"), 0.8, "zh"), "80%");
  assert.equal(limit(column("share"), 0.925, "zh"), "92.5%");
  assert.equal(limit(column("timer"), 90_000, "zh"), "1:30");
});

test("clock and date are the zone's", () => {
  const at = Date.UTC(2025, 10, 18, 6, 32, 7);
  const zh = calendar("Asia/Shanghai", "zh");
  assert.deepEqual(zh.clock(at), ["14:32", "07"]);
  assert.deepEqual(zh.date(at), ["2025年11月18日", "星期二"]);
  assert.deepEqual(calendar("UTC", "en").clock(Date.UTC(2025, 0, 1)), ["00:00", "00"]);
});

test("Chinese keeps a space to Latin and digits, and only there", () => {
  assert.equal(spaced("座席源中断"), "座席源中断");
  assert.equal(spaced("pbx1源中断，缺13分钟"), "pbx1 源中断，缺 13 分钟");
  assert.equal(say("zh", "lost", { name: "pbx1" }), "pbx1 源中断");
});
