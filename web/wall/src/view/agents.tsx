// The agents, one cell each, one row a team; teams that are too long go on in the next row.
import { duration, NONE } from "../format";
import type { Cell } from "../frames";
import { levelAt } from "../look";
import { cx, pick, sizeOf, valueOf } from "../scene";
import { isWord, say } from "../words";
import { LevelShape, StateShape } from "./shapes";
import type { BodyProps } from "./tile";

/** Size of a cell at which its text has the usual size, px of a wall 1080 px high, and the least height. */
const NOMINAL = { width: 142, height: 112 };
const LEAST_PITCH = 84;
/** How much larger the cells of a small centre become: beyond it names would shout. */
const LARGEST = 1.8;
const TEAM_WIDTH = 150;
const COLUMNS = { least: 4, most: 20, dense: 15 };

export interface Grid {
  readonly columns: number;
  readonly pitch: number;
  /** Size of the text against the usual. */
  readonly scale: number;
}

/** The grid in which these teams have the largest cells; where two are as large, the one with wider cells. */
export function gridOf(sizes: readonly number[], width: number, height: number): Grid {
  let best: Grid | null = null;
  for (let columns = COLUMNS.least; columns <= COLUMNS.most; columns += 1) {
    const rows = sizes.reduce((sum, size) => sum + Math.ceil(size / columns), 0);
    const fits = rows * LEAST_PITCH <= height;
    // With the most columns there is no other way: the last teams are left out.
    if (!fits && columns < COLUMNS.most) continue;
    const pitch = Math.min(NOMINAL.height * LARGEST, fits ? height / Math.max(1, rows) : LEAST_PITCH);
    const scale = Math.min(LARGEST, pitch / NOMINAL.height, (width - TEAM_WIDTH) / columns / NOMINAL.width);
    if (best === null || scale > best.scale + 0.001) best = { columns, pitch, scale };
  }
  return best ?? { columns: COLUMNS.most, pitch: LEAST_PITCH, scale: 1 };
}

interface Line {
  readonly team: string;
  readonly first: boolean;
  readonly rows: readonly (readonly [readonly Cell[], number])[];
}

/** Teams cut into lines of at most `columns` cells. */
export function lines(teams: readonly (readonly [string, readonly (readonly [readonly Cell[], number])[]])[], columns: number): readonly Line[] {
  return teams.flatMap(([team, rows]) => {
    const cut: Line[] = [];
    for (let i = 0; i < rows.length; i += columns) cut.push({ team, first: i === 0, rows: rows.slice(i, i + columns) });
    return cut;
  });
}

/** The body of an agents' wall. */
export function Agents(props: BodyProps) {
  const { layout, tile, scene } = props;
  if (tile.rows.length === 0) return <p class="empty">{layout.empty ? pick(scene.lang, layout.empty) : say(scene.lang, "nothing")}</p>;
  const byTeam = new Map<string, (readonly [readonly Cell[], number])[]>();
  tile.rows.forEach((row, r) => {
    const team = valueOf(layout, row, "team", scene.lang);
    const name = typeof team === "string" ? team : say(scene.lang, "noTeam");
    const rows = byTeam.get(name);
    if (rows) rows.push([row, r]);
    else byTeam.set(name, [[row, r]]);
  });
  const teams = [...byTeam.entries()];
  const size = sizeOf(scene, layout);
  const { columns, pitch, scale } = gridOf(teams.map(([, rows]) => rows.length), size.width, size.height);
  const fitting = lines(teams, columns).slice(0, Math.max(1, Math.floor(size.height / pitch + 0.001)));
  const dense = columns > COLUMNS.dense;
  const style = { gridTemplateColumns: `${TEAM_WIDTH / 10}rem repeat(${columns}, minmax(0, 1fr))`, gridAutoRows: `${pitch / 10}rem`, "--cell": String(dense ? 1 : Math.max(1, scale)) };
  return (
    <div class={cx("agents-body", dense && "dense")} style={style}>
      {fitting.map((line, i) => (
        <LineView key={i} line={line} columns={columns} {...props} />
      ))}
    </div>
  );
}

function LineView({ line, columns, ...props }: BodyProps & { readonly line: Line; readonly columns: number }) {
  const { layout, scene } = props;
  const first = line.rows[0]?.[0];
  const [n, m] = [valueOf(layout, first, "busy", scene.lang), valueOf(layout, first, "online", scene.lang)];
  return (
    <>
      <div class={line.first ? "team" : "team more"}>
        {line.first && <b>{line.team}</b>}
        {line.first && typeof n === "number" && typeof m === "number" && <span class="num">{say(scene.lang, "busy", { n, m })}</span>}
      </div>
      {line.rows.map(([row, r]) => <AgentCell key={r} row={row} r={r} {...props} />)}
      {line.rows.length < columns && <div style={{ gridColumn: `span ${columns - line.rows.length}` }} />}
    </>
  );
}

function AgentCell({ row, r, layout, tile, scene, fresh }: BodyProps & { readonly row: readonly Cell[]; readonly r: number }) {
  const text = (name: string) => {
    const value = valueOf(layout, row, name, scene.lang);
    return typeof value === "string" ? value : null;
  };
  const state = text("state") ?? "offline";
  const began = valueOf(layout, row, "since", scene.lang);
  const level = fresh.stale ? null : levelAt(tile, r, layout.columns.findIndex((c) => c.name === "since"));
  const word = isWord(state) ? say(scene.lang, state) : state;
  const about = state === "paused" ? (text("reason") ?? word) : state === "talking" ? (text("title_zh") ?? word) : word;
  const over = level === "warning";
  return (
    <div class={cx("agent", `state-${state}`, level)}>
      <p class="who"><StateShape state={state} /><span>{text("name")}</span></p>
      <p class="time num">{state === "offline" || typeof began !== "number" ? NONE : duration(scene.now - began)}</p>
      <p class="about">{over && <LevelShape level="warning" />}{over && state === "talking" ? say(scene.lang, "long") : about}</p>
    </div>
  );
}
