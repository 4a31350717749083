// One figure with its unit, the bar towards its target, and the line of context below.
import { figure, plain } from "../format";
import type { Cell, TileLayout } from "../frames";
import { figureWidth, lineWidth, step } from "../look";
import { columnOf, pick, sizeOf, type Scene } from "../scene";
import { ChangeShape } from "./shapes";
import type { BodyProps } from "./tile";

const LEAD = [138, 128, 104, 84, 60];
const LEAD_WITH_BAR = [104, 84, 60];
const SMALL = [58, 50, 40];
const PADDING = 40;
const MARK_HALF = 1.5;
const GAP = 8;

/** The figure of a lead or small tile. */
export function FigureBody({ layout, tile, scene }: BodyProps) {
  const found = columnOf(layout, layout.value ?? "", scene.lang);
  if (found === null) return null;
  const row = tile.rows[0];
  const { text, unit } = figure(found.column, row?.[found.at], scene.lang, scene.now);
  const none = row?.[found.at] === null || row === undefined;
  const lead = layout.kind === "lead";
  const scale = lead ? (layout.target === null ? LEAD : LEAD_WITH_BAR) : SMALL;
  const width = sizeOf(scene, layout).width - PADDING;
  const size = step(text, unit, width, scale);
  const value = row?.[found.at];
  const parts = none && layout.empty ? [{ text: pick(scene.lang, layout.empty), change: null }] : context(layout, row, scene);
  // Beside a small figure the context gets what is left, below a lead the whole line.
  const room = lead ? width : width - figureWidth(text, unit, size) - GAP;
  return (
    <div class="figure-body">
      <p class={none ? "value none" : "value"} style={{ fontSize: `${size / 10}rem` }}>
        <span class="digits">{text}</span>
        {unit !== "" && <span class="unit">{unit}</span>}
      </p>
      {lead && layout.target !== null && <Target value={typeof value === "number" ? value : null} target={layout.target} />}
      <p class="context">{fitting(parts, room).map((part) => <Part key={part.text} {...part} />)}</p>
    </div>
  );
}

function Target({ value, target }: { readonly value: number | null; readonly target: number }) {
  const share = (v: number) => `${Math.max(0, Math.min(1, v)) * 100}%`;
  return (
    <div class="target">
      <div class="track">{value !== null && <div class="reached" style={{ width: share(value) }} />}</div>
      <div class="goal" style={{ left: `calc(${share(target)} - ${MARK_HALF}px)` }} />
    </div>
  );
}

interface PartOf {
  readonly text: string;
  readonly change: number | null;
}

/** The parts of the context line; a part that names a missing value is left out. */
function context(layout: TileLayout, row: readonly Cell[] | undefined, scene: Scene): PartOf[] {
  return layout.context.flatMap((words) => contextPart(pick(scene.lang, words), layout, row, scene) ?? []);
}

/** The first parts that fit: a part is dropped, never shrunk and never cut. */
function fitting(parts: readonly PartOf[], room: number): readonly PartOf[] {
  let left = room;
  return parts.filter((part, i) => {
    left -= lineWidth(part.text) + (part.change === null ? 0 : 20) + (i === 0 ? 0 : 12);
    return left >= 0;
  });
}

function contextPart(words: string, layout: TileLayout, row: readonly Cell[] | undefined, scene: Scene): PartOf | null {
  let missing = false;
  let change: number | null = null;
  const text = words.replace(/\{(\w+)(:bare)?\}/g, (_, name: string, bare?: string) => {
    const found = columnOf(layout, name, scene.lang);
    const cell = found && row?.[found.at];
    if (found === null || cell === null || cell === undefined) {
      missing = true;
      return "";
    }
    if (found.column.format === "change" && typeof cell === "number") change = cell;
    const shown = figure(found.column, cell, scene.lang, scene.now);
    return bare ? shown.text : plain(shown);
  });
  return missing ? null : { text, change };
}

/** Text between asterisks is the strong part. */
function Part({ text, change }: PartOf) {
  return (
    <span>
      {change !== null && change !== 0 && <ChangeShape up={change > 0} />}
      {text.split("*").map((part, i) => (i % 2 === 1 ? <strong>{part}</strong> : part))}
    </span>
  );
}
