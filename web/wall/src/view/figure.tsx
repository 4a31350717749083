// One figure with its unit, the bar towards its target, and the line of context below.
import { figure, plain } from "../format";
import type { Cell, TileLayout } from "../frames";
import { step } from "../look";
import { columnOf, pick, sizeOf, type Scene } from "../scene";
import { ChangeShape } from "./shapes";
import type { BodyProps } from "./tile";

const LEAD = [138, 128, 104, 84, 60];
const LEAD_WITH_BAR = [104, 84, 60];
const SMALL = [60, 50, 40];
const PADDING = 40;
const MARK_NARROW = 0.5;

/** The figure of a lead or small tile. */
export function FigureBody({ layout, tile, scene }: BodyProps) {
  const found = columnOf(layout, layout.value ?? "", scene.lang);
  if (found === null) return null;
  const row = tile.rows[0];
  const { text, unit } = figure(found.column, row?.[found.at], scene.lang, scene.now);
  const none = row?.[found.at] === null || row === undefined;
  const lead = layout.kind === "lead";
  const scale = lead ? (layout.target === null ? LEAD : LEAD_WITH_BAR) : SMALL;
  const size = step(text, unit, sizeOf(scene, layout).width - PADDING, scale);
  const value = row?.[found.at];
  const context = none && layout.empty ? <span>{pick(scene.lang, layout.empty)}</span> : <Context layout={layout} row={row} scene={scene} />;
  return (
    <div class="figure-body">
      <p class={none ? "value none" : "value"} style={{ fontSize: `${size / 10}rem` }}>
        <span class="digits">{text}</span>
        {unit !== "" && <span class="unit">{unit}</span>}
      </p>
      {lead && layout.target !== null && <Target value={typeof value === "number" ? value : null} target={layout.target} />}
      <p class="context">{context}</p>
    </div>
  );
}

function Target({ value, target }: { readonly value: number | null; readonly target: number }) {
  const share = (v: number) => `${Math.max(0, Math.min(1, v)) * 100}%`;
  return (
    <div class="target">
      <div class="track">{value !== null && <div class="reached" style={{ width: share(value) }} />}</div>
      <div class="goal" style={{ left: `calc(${share(target)} - ${MARK_NARROW}px)` }} />
    </div>
  );
}

interface ContextProps {
  readonly layout: TileLayout;
  readonly row: readonly Cell[] | undefined;
  readonly scene: Scene;
}

/** The parts of the context line; a part that names a missing value is left out, and what does not fit is not drawn. */
function Context({ layout, row, scene }: ContextProps) {
  return <>{layout.context.map((words) => contextPart(pick(scene.lang, words), layout, row, scene))}</>;
}

function contextPart(text: string, layout: TileLayout, row: readonly Cell[] | undefined, scene: Scene) {
  let missing = false;
  let change: number | null = null;
  const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const found = columnOf(layout, name, scene.lang);
    const cell = found && row?.[found.at];
    if (found === null || cell === null || cell === undefined) {
      missing = true;
      return "";
    }
    if (found.column.format === "change" && typeof cell === "number") change = cell;
    return plain(figure(found.column, cell, scene.lang, scene.now));
  });
  if (missing) return null;
  // Text between asterisks is the strong part.
  const parts = filled.split("*").map((part, i) => (i % 2 === 1 ? <strong>{part}</strong> : part));
  return (
    <span key={text}>
      {change !== null && change !== 0 && <ChangeShape up={change > 0} />}
      {parts}
    </span>
  );
}
