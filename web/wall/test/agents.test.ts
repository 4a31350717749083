import assert from "node:assert/strict";
import { test } from "node:test";
import { gridOf } from "../src/view/agents";

test("a team of nine fills the width: no column stands empty", () => {
  const grid = gridOf(Array<number>(8).fill(9), 1856, 896);
  assert.equal(grid.columns, 9);
  assert.ok(grid.pitch * 8 <= 896.001);
});

test("a small centre has large cells, though not for ever larger", () => {
  const small = gridOf([6, 5], 1856, 896);
  assert.ok(small.scale > 1.5 && small.scale <= 1.8, String(small.scale));
  assert.ok(small.pitch * Math.ceil(6 / small.columns) * 2 <= 896.001);
});

test("a large centre takes as many columns as it needs, and leaves the last teams out when none suffices", () => {
  const large = gridOf(Array<number>(12).fill(16), 1856, 896);
  assert.ok(large.columns >= 16 && large.pitch >= 74, JSON.stringify(large));
  assert.deepEqual(gridOf(Array<number>(30).fill(20), 1856, 896).columns, 20);
});
