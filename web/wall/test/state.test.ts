import assert from "node:assert/strict";
import { test } from "node:test";
import type { Delta, Snapshot } from "../src/frames";
import { apply, type BoardState } from "../src/state";

function board(): BoardState {
  const tile = (rows: Snapshot["tiles"][number]["rows"]) => ({ state: "ready" as const, rows, levels: [], partial: false });
  const source = { source: "a", title: { zh: "甲", en: "A" }, state: "connected", heard_at: 900, lost_at: null, calls: true, agents: false, open_gaps: 0 };
  const layout = { name: "b", title: { zh: "", en: "" }, centre: { zh: "", en: "" }, lang: "zh", theme: "dark", zone: "UTC", rows: 38, notices: [], strip: true, tiles: [] };
  return { seq: 7, as_of: 1000, build: "", layout, tiles: [tile([["x", 1], ["y", 2]]), tile([[5]])], sources: [source], gaps: [], alarms: [] };
}

function after(delta: Omit<Delta, "seq" | "as_of">): BoardState {
  const step = apply(board(), { type: "delta", seq: 8, as_of: 1250, ...delta });
  assert.ok("board" in step);
  return step.board;
}

test("a changed cell leaves everything else as it was, identity included", () => {
  const before = board();
  const step = apply(before, { type: "delta", seq: 8, as_of: 1250, tiles: [{ tile: 0, cells: [[1, 1, 9]] }] });
  assert.ok("board" in step);
  assert.deepEqual(step.board.tiles[0]?.rows, [["x", 1], ["y", 9]]);
  assert.equal(step.board.tiles[1], before.tiles[1]);
  assert.equal(step.board.tiles[0]?.rows[0], before.tiles[0]?.rows[0]);
  assert.deepEqual(before.tiles[0]?.rows[1], ["y", 2], "the state before is not touched");
});

test("rows, levels, partial and state are replaced when the delta names them", () => {
  const level = { row: 0, column: 1, level: "warning" as const };
  const tile = after({ tiles: [{ tile: 0, rows: [["z", 3]], levels: [level], partial: true, state: "failed" }] }).tiles[0];
  assert.deepEqual(tile, { state: "failed", rows: [["z", 3]], levels: [level], partial: true });
});

test("ages of sources are counted back from the frame's as-of", () => {
  assert.equal(after({ heard_ms: [400] }).sources[0]?.heard_at, 850);
  assert.equal(after({}).sources[0]?.heard_at, 900);
});

test("a delta that does not follow is a hole, and so is one before any snapshot", () => {
  for (const seq of [7, 9]) assert.deepEqual(apply(board(), { type: "delta", seq, as_of: 1 }), { hole: true });
  assert.deepEqual(apply(null, { type: "delta", seq: 1, as_of: 1 }), { hole: true });
});

test("a snapshot is taken whatever came before", () => {
  const step = apply(board(), { type: "snapshot", ...board(), seq: 99 });
  assert.ok("board" in step && step.board.seq === 99);
});
