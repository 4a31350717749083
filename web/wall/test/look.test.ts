import assert from "node:assert/strict";
import { test } from "node:test";
import { pauseMs } from "../src/backoff";
import { ServerClock } from "../src/clock";
import type { Feed, Level, SourceNow, TileLayout, TileNow } from "../src/frames";
import { fit, freshness, heardAt, isUnfed, levelAt, step, stoodStillAt, stripOf, tileLevel, turnOf, type Heard } from "../src/look";
import { ticks } from "../src/scale";
import type { BoardState } from "../src/state";

const CALLS: Feed = { calls: true, agents: false };
const AGENTS: Feed = { calls: false, agents: true };

function source(name: string, state: string, heard_at: number, feed: Feed): SourceNow {
  return { source: name, title: { zh: name, en: name }, state, heard_at, lost_at: null, open_gaps: 0, ...feed };
}

function heard(sources: SourceNow[], now: number, link: Heard["link"] = { up: true }): Heard {
  return { board: { as_of: 1000 } as BoardState, sources, now, link };
}

const SOURCES = [source("a", "connected", 900, CALLS), source("b", "lost", 100, AGENTS), source("f", "file", 1, CALLS)];

test("a figure is as old as the most silent source that feeds it", () => {
  assert.equal(heardAt(heard(SOURCES, 0), CALLS), 900);
  assert.equal(heardAt(heard(SOURCES, 0), AGENTS), 100);
  assert.equal(heardAt(heard(SOURCES, 0), { calls: true, agents: true }), 100);
  assert.equal(heardAt(heard([], 0), CALLS), 1000, "without a source, as old as the frame");
});

test("a centre is unfed when its tiles have answers and no source ever spoke", () => {
  const tile = (state: TileNow["state"]): TileNow => ({ state, rows: [], levels: [], partial: false });
  assert.equal(isUnfed({ sources: [], tiles: [tile("loading")] }), false);
  assert.equal(isUnfed({ sources: [], tiles: [tile("ready")] }), true);
  assert.equal(isUnfed({ sources: SOURCES, tiles: [tile("ready")] }), false);
});

test("a figure is stale beyond its limit, and at once when the line is down", () => {
  assert.equal(freshness(heard(SOURCES, 5_900), CALLS, 5_000).stale, false);
  assert.equal(freshness(heard(SOURCES, 5_901), CALLS, 5_000).stale, true);
  assert.equal(freshness(heard(SOURCES, 901, { up: false, since: 900 }), CALLS, 5_000).stale, true);
  assert.equal(freshness(heard(SOURCES, 800), CALLS, 5_000).ageMs, 0, "never below zero");
});

test("timers of stale figures stand still where the line or the source went away", () => {
  assert.equal(stoodStillAt(heard(SOURCES, 9_000, { up: false, since: 4_000 }), CALLS), 4_000);
  assert.equal(stoodStillAt(heard(SOURCES, 9_000), AGENTS), 100);
});

test("a cell has the level of its mark, a figure the worst of its own", () => {
  const marks: [number, number, Level][] = [[0, 2, "warning"], [1, 2, "critical"]];
  const tile: TileNow = { state: "ready", rows: [], partial: false, levels: marks.map(([row, column, level]) => ({ row, column, level })) };
  assert.equal(levelAt(tile, 0, 2), "warning");
  assert.equal(levelAt(tile, 0, 1), null);
  const kind = (kind: TileLayout["kind"]) => tileLevel({ kind } as TileLayout, tile);
  assert.equal(kind("lead"), "critical");
  assert.equal(kind("table"), null, "a table colours its cells, not itself");
});

test("rows that fit have the nominal height, then shrink, then are cut", () => {
  assert.deepEqual(fit(9, 500, 54, 40), { rows: 9, pitch: 54 });
  assert.deepEqual(fit(10, 500, 54, 40), { rows: 10, pitch: 50 });
  assert.deepEqual(fit(36, 500, 54, 40), { rows: 12, pitch: 500 / 12 });
  assert.deepEqual(fit(0, 500, 54, 40), { rows: 0, pitch: 54 });
});

test("a long figure takes the next smaller step, and the least when none fits", () => {
  assert.equal(step("17", "", 256, [138, 104, 60]), 138);
  assert.equal(step("1:48", "", 256, [138, 104, 60]), 104);
  assert.equal(step("12:34", "", 256, [138, 104, 60]), 60);
  assert.equal(step("123456789012", "", 100, [60, 40]), 40);
});

test("the strip says how many alarms it has no room for", () => {
  const alarm = { tile: 0, row: 0, column: 0, level: "warning" as const, limit: 1, above: true, since_at: 0 };
  assert.deepEqual(stripOf([alarm, alarm, alarm], 2), { shown: [alarm, alarm], more: 1 });
});

test("axis ticks start at zero and end at or above the highest value", () => {
  assert.deepEqual(ticks(1180, 3), [0, 400, 800, 1200]);
  assert.deepEqual(ticks(1, 3), [0, 1]);
  assert.deepEqual(ticks(0, 3), [0, 1]);
  for (const most of [7, 42, 99, 100, 101, 12_345]) {
    const all = ticks(most, 3);
    assert.ok((all.at(-1) ?? 0) >= most && all.length <= 4 && all.every(Number.isInteger), `${most}: ${all.join()}`);
  }
});

test("the server's clock eases over jitter and jumps to a new time", () => {
  const clock = new ServerClock();
  assert.equal(clock.now(0), null);
  clock.note(10_000, 0);
  assert.equal(clock.now(250), 10_250);
  clock.note(10_200, 250);
  assert.equal(clock.now(250), 10_240, "a fifth of 50 ms");
  clock.note(90_000, 300);
  assert.equal(clock.now(300), 90_000);
});

test("pauses double, are jittered, and stay below 15 s", () => {
  assert.deepEqual([0, 1, 2].map((n) => pauseMs(n, 1)), [500, 1000, 2000]);
  assert.equal(pauseMs(0, 0), 250);
  assert.equal(pauseMs(1_000_000, 1), 15_000);
});

test("each of several notices stands for ten seconds, and one alone for ever", () => {
  assert.deepEqual([0, 9_999, 10_000, 29_999, 30_000].map((now) => turnOf(3, now)), [0, 0, 1, 2, 0]);
  assert.deepEqual([turnOf(1, 12_345), turnOf(0, 12_345)], [0, 0]);
});
