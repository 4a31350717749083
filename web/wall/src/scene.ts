// What every part of the picture needs to know: the board, the language, the moment, the room.
import type { Calendar } from "./format";
import type { BoardState } from "./state";
import type { Cell, Column, SourceNow, TileLayout, Words } from "./frames";
import type { Link } from "./look";
import type { Lang } from "./words";

/** Heights of the page at 1080, px: header, banner with its gap, strip with its gap, margin at the bottom. */
const HEADER = 96;
const BANNER = 72;
const STRIP = 76;
const BOTTOM = 24;
export const GUTTER = 16;
const MARGIN = 32;
const COLUMNS = 24;

/** One moment of one board on one screen. */
export interface Scene {
  readonly board: BoardState;
  /** The sources at `now`; newer ages wait for the next second. */
  readonly sources: readonly SourceNow[];
  readonly lang: Lang;
  readonly calendar: Calendar;
  readonly link: Link;
  /** The server's time at the last second, ms. All timers and ages are drawn for it, so they change together. */
  readonly now: number;
  /** Size of the screen in px of a wall 1080 px high. */
  readonly width: number;
  readonly height: number;
  /** A banner stands below the header. */
  readonly banner: boolean;
  /** When the page began to wait for its first figures, ms of `now`. */
  readonly loadingMs: number;
}

/** The text in the scene's language. */
export function pick(lang: Lang, words: Words): string {
  return lang === "zh" ? words.zh : words.en;
}

/** Size of a tile, px of a wall 1080 px high. */
export function sizeOf(scene: Scene, tile: TileLayout): { readonly width: number; readonly height: number } {
  const { layout } = scene.board;
  const height = scene.height - HEADER - BOTTOM - (layout.strip ? STRIP : 0) - (scene.banner ? BANNER : 0);
  const width = scene.width - 2 * MARGIN;
  return {
    width: (tile.w / COLUMNS) * (width + GUTTER) - GUTTER,
    height: (tile.h / layout.rows) * (height + GUTTER) - GUTTER,
  };
}

/** A column of the tile by name, with its place in the rows; in English the column that takes its place. */
export function columnOf(layout: TileLayout, name: string, lang: Lang): { readonly column: Column; readonly at: number } | null {
  const at = layout.columns.findIndex((column) => column.name === name);
  const column = layout.columns[at];
  if (column === undefined) return null;
  if (lang === "en" && column.en !== null) {
    const other = layout.columns.findIndex((c) => c.name === column.en);
    if (other >= 0) return { column, at: other };
  }
  return { column, at };
}

/** A row's value by the column's name. */
export function valueOf(layout: TileLayout, row: readonly Cell[] | undefined, name: string, lang: Lang): Cell {
  const found = columnOf(layout, name, lang);
  return (found && row?.[found.at]) ?? null;
}

/** Joins the class names that apply. */
export function cx(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
