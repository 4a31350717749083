// The states of all agents in one line.
import { count } from "../format";
import { columnOf, pick, valueOf } from "../scene";
import { isWord, say } from "../words";
import { byState } from "./ring";
import { StateShape } from "./shapes";
import { Age, type BodyProps } from "./tile";

/** The body of a line of states. */
export function States({ layout, tile, scene, fresh }: BodyProps) {
  const row = tile.rows[0];
  const total = layout.total === null ? null : valueOf(layout, row, layout.total, scene.lang);
  const of = layout.total === null ? null : columnOf(layout, layout.total, scene.lang)?.column.of;
  const members = of ? valueOf(layout, row, of, scene.lang) : null;
  return (
    <div class="states-body">
      <ul>
        {byState(layout, tile.rows, scene.lang).map(({ state, n }) => (
          <li key={state} class={n === 0 ? "quiet" : ""}>
            <StateShape state={state} />
            <span class="name">{isWord(state) ? say(scene.lang, state) : state}</span>
            <span class="n num">{count(n)}</span>
          </li>
        ))}
      </ul>
      <span class="sum">
        {layout.caption && pick(scene.lang, layout.caption)}
        {typeof total === "number" && <span class="n num">{count(total)}</span>}
        {typeof members === "number" && <span class="of num">/ {count(members)}</span>}
      </span>
      <Age fresh={fresh} partial={tile.partial} />
    </div>
  );
}
