// The board as the screen knows it: pure functions from frames to state. A frame that does not follow is a hole.
import type { Cell, Delta, Frame, Snapshot, SourceNow, TileDelta, TileNow } from "./frames";

/** A board after some frame. Unchanged tiles keep their identity, so a view can skip them. */
export type BoardState = Snapshot;

/** What a frame led to; a hole asks for a snapshot. */
export type Step = { readonly board: BoardState } | { readonly hole: true };

/** Applies one frame. */
export function apply(board: BoardState | null, frame: Frame): Step {
  if (frame.type === "snapshot") return { board: frame };
  if (board === null || frame.seq !== board.seq + 1) return { hole: true };
  return { board: applyDelta(board, frame) };
}

function applyDelta(board: BoardState, delta: Delta): BoardState {
  return {
    ...board,
    seq: delta.seq,
    as_of: delta.as_of,
    tiles: delta.tiles ? applyTiles(board.tiles, delta.tiles) : board.tiles,
    sources: delta.sources ?? (delta.heard_ms ? heard(board.sources, delta.heard_ms, delta.as_of) : board.sources),
    gaps: delta.gaps ?? board.gaps,
    alarms: delta.alarms ?? board.alarms,
  };
}

function heard(sources: SourceNow[], ages: number[], asOf: number): SourceNow[] {
  return sources.map((source, i) => ({ ...source, heard_at: asOf - (ages[i] ?? asOf - source.heard_at) }));
}

function applyTiles(tiles: TileNow[], deltas: TileDelta[]): TileNow[] {
  const next = tiles.slice();
  for (const delta of deltas) {
    const before = next[delta.tile];
    if (before) next[delta.tile] = applyTile(before, delta);
  }
  return next;
}

function applyTile(tile: TileNow, delta: TileDelta): TileNow {
  return {
    state: delta.state ?? tile.state,
    rows: delta.rows ?? (delta.cells ? applyCells(tile.rows, delta.cells) : tile.rows),
    levels: delta.levels ?? tile.levels,
    partial: delta.partial ?? tile.partial,
  };
}

function applyCells(rows: Cell[][], cells: [number, number, Cell][]): Cell[][] {
  const next = rows.slice();
  for (const [r, c, value] of cells) {
    const row = (next[r] ?? []).slice();
    row[c] = value;
    next[r] = row;
  }
  return next;
}
