// From state to looks: how old a tile is, whether it is stale, which level a cell has, what fits.
import type { BoardState } from "./state";
import type { Alarm, Feed, Level, SourceNow, TileLayout, TileNow } from "./frames";

/** Whether the socket is up, and since when not (server's time, ms). */
export type Link = { readonly up: true } | { readonly up: false; readonly since: number };

/** A tile's freshness. */
export interface Freshness {
  /** Age of the newest event that the figures can know of, ms. */
  readonly ageMs: number;
  /** The figures must not look live. */
  readonly stale: boolean;
}

function feeds(source: SourceNow, feed: Feed): boolean {
  return (source.state === "connected" || source.state === "lost") && ((feed.calls && source.calls) || (feed.agents && source.agents));
}

/** The sources as they were at the last second: ages and timers are drawn for one moment. */
export interface Heard {
  readonly board: BoardState;
  readonly sources: readonly SourceNow[];
  readonly now: number;
  readonly link: Link;
}

/** The event time that a feed is true for: the least heard of its sources, or the frame's as-of without any. */
export function heardAt(scene: Heard, feed: Feed): number {
  let at = Infinity;
  for (const source of scene.sources) if (feeds(source, feed)) at = Math.min(at, source.heard_at);
  return at === Infinity ? scene.board.as_of : at;
}

/** How old figures of a feed are at `now`. */
export function freshness(scene: Heard, feed: Feed, staleAfterMs: number): Freshness {
  const ageMs = Math.max(0, scene.now - heardAt(scene, feed));
  return { ageMs, stale: !scene.link.up || ageMs > staleAfterMs };
}

/** The moment at which stale figures stand still: their timers must not go on as if somebody still counted. */
export function stoodStillAt(scene: Heard, feed: Feed): number {
  return Math.min(scene.now, scene.link.up ? heardAt(scene, feed) : scene.link.since);
}

/** The level of one cell. */
export function levelAt(tile: TileNow, row: number, column: number): Level | null {
  return tile.levels.find((mark) => mark.row === row && mark.column === column)?.level ?? null;
}

/** The level of a tile that is one figure. */
export function tileLevel(layout: TileLayout, tile: TileNow): Level | null {
  if (layout.kind !== "lead" && layout.kind !== "figure") return null;
  if (tile.levels.some((mark) => mark.level === "critical")) return "critical";
  return tile.levels.length > 0 ? "warning" : null;
}

/** Whether nothing was ever heard of the centre. Before the first answers nobody knows. */
export function isUnfed(board: Pick<BoardState, "sources" | "tiles">): boolean {
  return board.sources.length === 0 && board.tiles.some((tile) => tile.state === "ready");
}

/** Sources that went silent and tell so. */
export function lostSources(sources: readonly SourceNow[]): SourceNow[] {
  return sources.filter((source) => source.state === "lost");
}

/** The strip's entries that fit, and how many do not. */
export function stripOf(alarms: readonly Alarm[], room: number): { readonly shown: readonly Alarm[]; readonly more: number } {
  const shown = alarms.slice(0, room);
  return { shown, more: alarms.length - shown.length };
}

/** How many rows fit and how high each is: the nominal height where there is room, never less than the least. */
export function fit(rows: number, height: number, nominal: number, least: number): { readonly rows: number; readonly pitch: number } {
  const shown = Math.max(0, Math.min(rows, Math.floor(height / least)));
  return { rows: shown, pitch: shown === 0 ? nominal : Math.min(nominal, height / shown) };
}

/** Width of a figure in em of its size: tabular digits are equally wide, marks are narrow. */
export function widthEm(text: string): number {
  let em = 0;
  for (const char of text) em += /[:.,]/.test(char) ? 0.23 : /[\u2e80-\uffff]/.test(char) ? 1 : 0.585;
  return em;
}

/** Width of a figure with its unit, px. */
export function figureWidth(text: string, unit: string, size: number): number {
  return widthEm(text) * size + (unit === "" ? 0 : Math.max(0.42 * size, 24) * (unit === "%" ? 0.85 : widthEm(unit)) + 4);
}

/** Width of a line of context at 24 px. */
export function lineWidth(text: string): number {
  let em = 0;
  for (const char of text) em += /[\u2e80-\uffff]/.test(char) ? 1 : /[ .,:·*]/.test(char) ? 0.28 : /[%mw]/.test(char) ? 0.88 : /[0-9]/.test(char) ? 0.61 : 0.52;
  return em * 24;
}

/** The largest size of the scale at which the figure fits; the smallest if none does. */
export function step(text: string, unit: string, width: number, scale: readonly number[]): number {
  return scale.find((size) => figureWidth(text, unit, size) <= width) ?? scale[scale.length - 1] ?? 24;
}

/** Where there are several notices each stands for so long. */
const TURN_MS = 10_000;

/** Which of so many notices stands now. */
export function turnOf(many: number, now: number): number {
  return many === 0 ? 0 : Math.floor(now / TURN_MS) % many;
}
