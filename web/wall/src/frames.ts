// The frames between hub and screen. Generated from wallboard/src/frame.rs by `cargo xtask gen`; do not edit.

export type Frame = { "type": "snapshot" } & Snapshot | { "type": "delta" } & Delta;

export type Snapshot = { 
/**
 * Number of the frame; the next delta has one more.
 */
seq: number, 
/**
 * The instant for which it is true, ms since 1970.
 */
as_of: number, 
/**
 * Name of the page's script in this build; a page that runs another loads itself anew.
 */
build: string, 
/**
 * How the board is made up.
 */
layout: Layout, 
/**
 * The tiles, in the layout's order.
 */
tiles: Array<TileNow>, 
/**
 * The sources, in order of name.
 */
sources: Array<SourceNow>, 
/**
 * Holes not filled yet, latest first.
 */
gaps: Array<GapNow>, 
/**
 * What is over a limit, worst first.
 */
alarms: Array<Alarm>, };

export type Delta = { 
/**
 * Number of the frame: that of the frame before and one more.
 */
seq: number, 
/**
 * The instant for which it is true, ms since 1970.
 */
as_of: number, 
/**
 * Tiles that changed.
 */
tiles?: Array<TileDelta>, 
/**
 * Age of each source's newest event, ms before `as_of`, in the order of `sources`.
 */
heard_ms?: Array<number>, 
/**
 * The sources, when more than their age changed.
 */
sources?: Array<SourceNow>, 
/**
 * The holes.
 */
gaps?: Array<GapNow>, 
/**
 * The alarms.
 */
alarms?: Array<Alarm>, };

export type Layout = { 
/**
 * Name in the address.
 */
name: string, 
/**
 * Title of the board.
 */
title: Words, 
/**
 * Whose board it is.
 */
centre: Words, 
/**
 * Language when the screen asks for none: zh or en.
 */
lang: string, 
/**
 * Theme when the screen asks for none: dark or light.
 */
theme: string, 
/**
 * IANA zone of clock and date.
 */
zone: string, 
/**
 * Rows of the grid; it has 24 columns.
 */
rows: number, 
/**
 * What the strip says beside the alarms, one after the other.
 */
notices: Array<Notice>, 
/**
 * The strip of alarms and notice is drawn.
 */
strip: boolean, 
/**
 * The tiles.
 */
tiles: Array<TileLayout>, };

export type Notice = { 
/**
 * What it says.
 */
text: Words, 
/**
 * How much it matters: info, warning or urgent.
 */
level: string, };

export type TileLayout = { 
/**
 * Name within the board.
 */
id: string, 
/**
 * What the tile shows.
 */
title: Words, 
/**
 * How it is drawn.
 */
kind: Kind, 
/**
 * Left edge, in columns.
 */
x: number, 
/**
 * Upper edge, in rows.
 */
y: number, 
/**
 * Width, in columns.
 */
w: number, 
/**
 * Height, in rows.
 */
h: number, 
/**
 * The columns of its rows, in order.
 */
columns: Array<Column>, 
/**
 * Column of the figure, or of the parts of a ring.
 */
value: string | null, 
/**
 * Column that names a part of a ring.
 */
label: string | null, 
/**
 * Column that holds the number of all rows, when the query lists only the first.
 */
total: string | null, 
/**
 * The value to reach, drawn on a bar below the figure.
 */
target: number | null, 
/**
 * Word below the total of a ring.
 */
caption: Words | null, 
/**
 * The line below the figure; `{column}` stands for a value.
 */
context: Array<Words>, 
/**
 * What stands here when there is nothing to list.
 */
empty: Words | null, 
/**
 * What it depends on: calls, agents or both.
 */
feed: Feed, 
/**
 * Older than this, ms, and the tile is stale.
 */
stale_after_ms: number, };

export type Column = { 
/**
 * Name in the query's result.
 */
name: string, 
/**
 * Head of the column; without one it is not drawn as a column.
 */
title: Words | null, 
/**
 * Name of the figure where no head stands above it, as in the alarm strip.
 */
full: Words | null, 
/**
 * How a value is written.
 */
format: Format, 
/**
 * Column that takes its place in English.
 */
en: string | null, 
/**
 * Column of the whole, written behind a slash.
 */
of: string | null, 
/**
 * What it depends on, when the rest of its tile depends on something else.
 */
feed: FeedName | null, 
/**
 * Width in px of a wall 1080 px high; without one it takes what is left.
 */
width: number | null, };

export type Format = "text" | "count" | "share" | "change" | "duration" | "seconds" | "timer" | "hour" | "caller" | "state" | "call_state" | "trend";

export type Kind = "lead" | "figure" | "table" | "list" | "ring" | "states" | "bars" | "agents";

export type Words = { 
/**
 * Chinese.
 */
zh: string, 
/**
 * English.
 */
en: string, };

export type Feed = { 
/**
 * Events of calls.
 */
calls: boolean, 
/**
 * Events of agents.
 */
agents: boolean, };

export type FeedName = "calls" | "agents";

export type TileNow = { 
/**
 * Whether there are rows to show.
 */
state: TileState, 
/**
 * The rows, in the order of the query.
 */
rows: Array<Array<Cell>>, 
/**
 * Cells over a limit.
 */
levels: Array<Mark>, 
/**
 * A hole that is not filled touches the tile's interval.
 */
partial: boolean, };

export type TileState = "loading" | "ready" | "failed";

export type TileDelta = { 
/**
 * Place of the tile in the layout.
 */
tile: number, 
/**
 * All rows, when their number or most of them changed.
 */
rows?: Array<Array<Cell>>, 
/**
 * Cells that changed: row, column, value.
 */
cells?: Array<[number, number, Cell]>, 
/**
 * Cells over a limit.
 */
levels?: Array<Mark>, 
/**
 * The tile is partial.
 */
partial?: boolean, 
/**
 * Whether there is something to show.
 */
state?: TileState, };

export type Cell = null | boolean | number | number | string | Array<number | null>;

export type Level = "warning" | "critical";

export type Mark = { 
/**
 * The row.
 */
row: number, 
/**
 * The column.
 */
column: number, 
/**
 * How bad.
 */
level: Level, };

export type Alarm = { 
/**
 * Place of the tile in the layout.
 */
tile: number, 
/**
 * The row.
 */
row: number, 
/**
 * The column.
 */
column: number, 
/**
 * How bad.
 */
level: Level, 
/**
 * The limit that was reached.
 */
limit: number, 
/**
 * The limit is an upper one.
 */
above: boolean, 
/**
 * When it was reached, ms since 1970.
 */
since_at: number, };

export type SourceNow = { 
/**
 * Its name in events.
 */
source: string, 
/**
 * The name to show.
 */
title: Words, 
/**
 * connected, lost, gap or file.
 */
state: string, 
/**
 * Newest event time heard from it, ms since 1970.
 */
heard_at: number, 
/**
 * Since when it is lost, ms since 1970.
 */
lost_at: number | null, 
/**
 * It tells about calls.
 */
calls: boolean, 
/**
 * It tells about agents.
 */
agents: boolean, 
/**
 * Holes not filled yet.
 */
open_gaps: number, };

export type GapNow = { 
/**
 * The source.
 */
source: string, 
/**
 * First instant that may be missing, ms since 1970.
 */
from_at: number, 
/**
 * First instant that is there again, ms since 1970.
 */
to_at: number, };
