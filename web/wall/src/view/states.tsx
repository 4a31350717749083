// The states of all agents in one line.
import { count } from "../format";
import { columnOf, pick, valueOf } from "../scene";
import { byState, StateCount } from "./ring";
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
        {byState(layout, tile.rows, scene.lang).map((part) => <StateCount key={part.state} lang={scene.lang} {...part} />)}
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
