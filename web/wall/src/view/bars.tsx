// Today's bars over yesterday's line. The running hour is blue, hours that touch a hole are hatched.
import { count } from "../format";
import type { GapNow, TileLayout, TileNow } from "../frames";
import { cx, pick, sizeOf, valueOf, type Scene } from "../scene";
import { ticks } from "../scale";
import { say } from "../words";
import type { BodyProps } from "./tile";

const HOUR_MS = 3_600_000;
const LEFT = 64;
const BOTTOM = 34;
const TITLE = 60;
const PADDING = 40;

interface Slot {
  readonly hour: number;
  readonly today: number | null;
  readonly before: number | null;
  readonly running: boolean;
  readonly hole: boolean;
}

/** Unfilled holes of today that touch the tile, with their share of each hour. */
function holes(layout: TileLayout, scene: Scene): readonly GapNow[] {
  const { sources, gaps } = scene.board;
  return gaps.filter((gap) => sources.some((s) => s.source === gap.source && ((layout.feed.calls && s.calls) || (layout.feed.agents && s.agents))));
}

function slots(layout: TileLayout, tile: TileNow, scene: Scene): readonly Slot[] {
  const number = (row: TileNow["rows"][number], name: string) => {
    const value = valueOf(layout, row, name, scene.lang);
    return typeof value === "number" ? value : null;
  };
  const [clock, seconds] = scene.calendar.clock(scene.now);
  const midnight = scene.now - ((Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))) * 60 + Number(seconds)) * 1000;
  const gaps = tile.partial ? holes(layout, scene) : [];
  return tile.rows.map((row) => {
    const hour = number(row, "hour") ?? 0;
    const from = midnight + hour * HOUR_MS;
    const hole = gaps.some((gap) => gap.to_at > from && gap.from_at < from + HOUR_MS);
    return { hour, today: number(row, "today"), before: number(row, "before"), running: valueOf(layout, row, "running", scene.lang) === true, hole };
  });
}

/** The legend, beside the title. */
export function BarsLegend({ layout, tile, scene }: { readonly layout: TileLayout; readonly tile: TileNow; readonly scene: Scene }) {
  const title = (name: string) => {
    const words = layout.columns.find((column) => column.name === name)?.title;
    return words ? pick(scene.lang, words) : "";
  };
  const minutes = tile.partial ? Math.round(holes(layout, scene).reduce((sum, gap) => sum + gap.to_at - gap.from_at, 0) / 60_000) : 0;
  return (
    <span class="bars-legend">
      <i class="key today" />{title("today")}
      <i class="key running" />{title("running")}
      <i class="key before" />{title("before")}
      {minutes > 0 && <><i class="key hole" />{say(scene.lang, "gapMinutes", { n: minutes })}</>}
    </span>
  );
}

/** The body of a bar chart. */
export function Bars({ layout, tile, scene }: BodyProps) {
  const size = sizeOf(scene, layout);
  const [width, height] = [size.width - PADDING, size.height - TITLE - 6];
  const all = slots(layout, tile, scene);
  const marks = ticks(Math.max(1, ...all.flatMap((s) => [s.today ?? 0, s.before ?? 0])), height > 130 ? 3 : 2);
  const top = marks[marks.length - 1] ?? 1;
  const [plot, floor] = [width - LEFT, height - BOTTOM];
  const y = (value: number) => floor - (value / top) * (floor - 12);
  const slot = plot / Math.max(1, all.length);
  const x = (i: number) => LEFT + i * slot;
  const running = all.find((s) => s.running)?.hour ?? -1;
  return (
    <svg class="bars-body" viewBox={`0 0 ${width} ${height}`} role="img">
      <defs>
        <pattern id="hole" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hole-ground" width="8" height="8" />
          <rect class="hole-line" width="4" height="8" />
        </pattern>
      </defs>
      {marks.map((mark) => (
        <g key={mark}>
          <line class={mark === 0 ? "axis" : "grid"} x1={LEFT} x2={width} y1={y(mark)} y2={y(mark)} />
          <text class="tick num" x={LEFT - 8} y={y(mark) + 7} text-anchor="end">{count(mark)}</text>
        </g>
      ))}
      {all.map((s, i) => s.today !== null && s.today > 0 && (
        <rect key={s.hour} class={cx("bar", s.running && "running", s.hole && "holed")} x={x(i) + slot * 0.2} y={y(s.today)} width={slot * 0.6} height={Math.max(1, floor - y(s.today))} />
      ))}
      <path class="before" d={steps(all, x, y, slot)} />
      {all.map((s, i) => labelled(s.hour, running) && (
        <text key={s.hour} class="tick num" x={x(i) + slot / 2} y={height - 6} text-anchor="middle">{s.hour}</text>
      ))}
    </svg>
  );
}

/** Every third hour and the running one, unless they would touch. */
function labelled(hour: number, running: number): boolean {
  return hour === running || (hour % 3 === 0 && Math.abs(hour - running) !== 1);
}

function steps(all: readonly Slot[], x: (i: number) => number, y: (v: number) => number, slot: number): string {
  let path = "";
  let pen = false;
  all.forEach((s, i) => {
    if (s.before === null) {
      pen = false;
      return;
    }
    path += `${pen ? "L" : "M"}${x(i).toFixed(1)} ${y(s.before).toFixed(1)}L${(x(i) + slot).toFixed(1)} ${y(s.before).toFixed(1)}`;
    pen = true;
  });
  return path;
}
