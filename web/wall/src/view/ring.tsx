// Parts of a whole: a ring with the total of those online, and a legend in the order of states.
import { count } from "../format";
import type { Cell, TileLayout } from "../frames";
import { cx, pick, sizeOf, valueOf } from "../scene";
import { isWord, say, type Lang } from "../words";
import { STATE_ORDER, StateShape } from "./shapes";
import type { BodyProps } from "./tile";

const OUTER = 98;
const WIDTH = 27;
const RADIUS = OUTER - WIDTH / 2;
const ROUND = 2 * Math.PI * RADIUS;
const GAP = 2;

/** How many agents are in a state. */
export interface InState {
  readonly state: string;
  readonly n: number;
}

/** How many are in each state, in the order of states; states that nobody is in count 0. */
export function byState(layout: TileLayout, rows: readonly (readonly Cell[])[], lang: Lang): readonly InState[] {
  const counts = new Map(rows.map((row) => [valueOf(layout, row, layout.label ?? "", lang), valueOf(layout, row, layout.value ?? "", lang)]));
  return STATE_ORDER.map((state) => {
    const n = counts.get(state);
    return { state, n: typeof n === "number" ? n : 0 };
  });
}

/** A state with its shape, its word and its count. */
export function StateCount({ state, n, lang }: InState & { readonly lang: Lang }) {
  return (
    <li class={n === 0 ? "quiet" : ""}>
      <StateShape state={state} />
      <span class="name">{isWord(state) ? say(lang, state) : state}</span>
      <span class="n num">{count(n)}</span>
    </li>
  );
}

/** The body of a ring. */
export function Ring({ layout, tile, scene }: BodyProps) {
  if (tile.rows.length === 0) return <p class="empty">{layout.empty ? pick(scene.lang, layout.empty) : say(scene.lang, "nothing")}</p>;
  const parts = byState(layout, tile.rows, scene.lang);
  const whole = Math.max(1, parts.reduce((sum, part) => sum + part.n, 0));
  const total = layout.total === null ? null : valueOf(layout, tile.rows[0], layout.total, scene.lang);
  const narrow = sizeOf(scene, layout).height < 300;
  let from = 0;
  return (
    <div class={cx("ring-body", narrow && "narrow")}>
      <svg viewBox="0 0 200 200" role="img">
        <g transform="translate(100 100) rotate(-90)">
          {parts.map(({ state, n }) => {
            const length = (n / whole) * ROUND;
            const start = from;
            from += length;
            if (n === 0) return null;
            const drawn = n === whole ? length : Math.max(1.5, length - GAP);
            return <circle key={state} class={`part state-${state}`} r={RADIUS} stroke-width={WIDTH} stroke-dasharray={`${drawn} ${ROUND}`} stroke-dashoffset={-start - GAP / 2} />;
          })}
        </g>
        <text class="total num" x="100" y={layout.caption ? 104 : 118}>{typeof total === "number" ? count(total) : ""}</text>
        {layout.caption && <text class="caption" x="100" y="138">{pick(scene.lang, layout.caption)}</text>}
      </svg>
      <ul class="legend">
        {parts.map((part) => <StateCount key={part.state} lang={scene.lang} {...part} />)}
      </ul>
    </div>
  );
}
