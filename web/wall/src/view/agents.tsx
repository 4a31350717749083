// The agents, one cell each, one row a team; teams that are too long go on in the next row.
import { duration, NONE } from "../format";
import type { Cell } from "../frames";
import { levelAt } from "../look";
import { cx, pick, sizeOf, valueOf } from "../scene";
import { isWord, say } from "../words";
import { LevelShape, StateShape } from "./shapes";
import type { BodyProps } from "./tile";

const LEAST_PITCH = 84;
const NOMINAL_PITCH = 112;
const MOST_COLUMNS = 20;
const USUAL_COLUMNS = 12;

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
  const height = sizeOf(scene, layout).height;
  let columns = USUAL_COLUMNS;
  while (columns < MOST_COLUMNS && lines(teams, columns).length * LEAST_PITCH > height) columns += 1;
  const all = lines(teams, columns);
  const fitting = all.slice(0, Math.max(1, Math.floor(height / LEAST_PITCH)));
  const pitch = Math.min(NOMINAL_PITCH, height / fitting.length);
  return (
    <div class={cx("agents-body", columns > 15 && "dense")} style={{ gridTemplateColumns: `15rem repeat(${columns}, minmax(0, 1fr))`, gridAutoRows: `${pitch / 10}rem` }}>
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
