// Rows under a head, or a list of as many rows as fit. A column from a source that went silent is hatched alone.
import { count, figure, NONE, plain } from "../format";
import type { Cell, Column, TileLayout, TileNow } from "../frames";
import { fit, freshness, levelAt } from "../look";
import { columnOf, cx, pick, sizeOf, type Scene } from "../scene";
import { say } from "../words";
import { LevelShape } from "./shapes";
import type { BodyProps } from "./tile";

/** px at 1080: padding and title; head of a table; nominal and least height of a row. */
const TITLE = 58;
const TABLE = { head: 46, bottom: 10, nominal: 54, least: 40 };
const LIST = { head: 0, bottom: 10, nominal: 38, least: 34 };

interface Shown {
  readonly column: Column;
  readonly at: number;
  readonly own: number;
  readonly stale: boolean;
}

/** How many rows are drawn of how many there are, and how high each is. */
export function shownOf(layout: TileLayout, tile: TileNow, scene: Scene): { readonly shown: number; readonly all: number; readonly pitch: number } {
  const measures = layout.kind === "list" ? LIST : TABLE;
  const room = sizeOf(scene, layout).height - TITLE - measures.head - measures.bottom;
  const { rows, pitch } = fit(tile.rows.length, room, measures.nominal, measures.least);
  const total = layout.total === null ? null : columnOf(layout, layout.total, scene.lang);
  const counted = total && tile.rows[0]?.[total.at];
  return { shown: rows, all: typeof counted === "number" ? counted : tile.rows.length, pitch };
}

/** The body of a table or list. */
export function Table({ layout, tile, scene, fresh }: BodyProps) {
  if (tile.rows.length === 0) return <p class="empty">{layout.empty ? pick(scene.lang, layout.empty) : say(scene.lang, "nothing")}</p>;
  const { shown, pitch } = shownOf(layout, tile, scene);
  const columns = layout.columns.filter((column) => column.title !== null).flatMap((column) => {
    const found = columnOf(layout, column.name, scene.lang);
    const own = layout.columns.indexOf(column);
    return found ? [{ column, at: found.at, own, stale: !fresh.stale && isStale(column, layout, scene) }] : [];
  });
  const height = { height: `${pitch / 10}rem` };
  return (
    <table class={layout.kind === "list" ? "rows list-rows" : "rows"}>
      <colgroup>{columns.map(({ column }) => <col key={column.name} style={column.width ? { width: `${column.width / 10}rem` } : {}} />)}</colgroup>
      {layout.kind !== "list" && (
        <thead>
          <tr>{columns.map(({ column, stale }) => <th key={column.name} class={cx(side(column), stale && "stale-column")}>{column.title && pick(scene.lang, column.title)}</th>)}</tr>
        </thead>
      )}
      <tbody>
        {tile.rows.slice(0, shown).map((row, r) => (
          <tr key={r} style={height}>
            {columns.map((shownColumn) => <Value key={shownColumn.column.name} {...shownColumn} row={row} r={r} layout={layout} tile={tile} scene={scene} whole={fresh.stale} />)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function isStale(column: Column, layout: TileLayout, scene: Scene): boolean {
  if (column.feed === null) return false;
  const feed = { calls: column.feed === "calls", agents: column.feed === "agents" };
  return freshness(scene, feed, layout.stale_after_ms).stale;
}

function side(column: Column): string {
  return column.format === "text" || column.format === "caller" ? "left" : "right";
}

interface ValueProps extends Shown {
  readonly row: readonly Cell[];
  readonly r: number;
  readonly layout: TileLayout;
  readonly tile: TileNow;
  readonly scene: Scene;
  readonly whole: boolean;
}

function Value({ column, at, own, stale, row, r, layout, tile, scene, whole }: ValueProps) {
  const cell = row[at];
  const level = stale || whole ? null : levelAt(tile, r, own);
  const classes = cx(side(column), `as-${column.format}`, level, stale && "stale-column", quiet(column, cell) && "quiet");
  if (column.format === "trend") return <td class={classes}><Trend values={Array.isArray(cell) ? cell : []} /></td>;
  const { text, unit } = figure(column, cell, scene.lang, scene.now);
  const shown = column.format === "share" ? text : plain({ text, unit });
  const whole_ = column.of === null ? null : columnOf(layout, column.of, scene.lang);
  const of = whole_ && row[whole_.at];
  return (
    <td class={classes}>
      {level && layout.kind !== "list" && <LevelShape level={level} />}
      <span class={side(column) === "right" ? "num" : ""}>{shown}</span>
      {typeof of === "number" && <span class="num of">/{count(of)}</span>}
      {level && layout.kind === "list" && <LevelShape level={level} />}
    </td>
  );
}

/** Zero waiting and no value are what a reader may skip. */
function quiet(column: Column, cell: Cell | undefined): boolean {
  return cell === null || cell === undefined || (cell === 0 && column.format === "count" && column.of === null);
}

const TREND = { width: 86, height: 32, gap: 2 };

function Trend({ values }: { readonly values: readonly (number | null)[] }) {
  const most = Math.max(1, ...values.map((v) => v ?? 0));
  const slot = TREND.width / Math.max(1, values.length);
  if (values.length === 0) return <>{NONE}</>;
  return (
    <svg class="trend" viewBox={`0 0 ${TREND.width} ${TREND.height}`} aria-hidden="true">
      {values.map((value, i) => {
        const h = Math.max(1.5, ((value ?? 0) / most) * TREND.height);
        return <rect key={i} class={i === values.length - 1 ? "last" : ""} x={i * slot} y={TREND.height - h} width={slot - TREND.gap} height={h} />;
      })}
    </svg>
  );
}
