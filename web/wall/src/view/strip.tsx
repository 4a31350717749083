// The strip at the bottom: what is over a limit, worst first, and what everybody is to know.
import { duration, figure, limit, plain } from "../format";
import type { Alarm } from "../frames";
import { stripOf, turnOf } from "../look";
import { columnOf, pick, type Scene } from "../scene";
import { say } from "../words";
import { HornShape, LevelShape } from "./shapes";

const ROOM = 3;

/** The strip of alarms and notices. Nothing is alarmed while the server is away: the values stand still. */
export function Strip({ scene }: { readonly scene: Scene }) {
  const { layout, alarms } = scene.board;
  if (!layout.strip) return null;
  const { notices } = layout;
  const turn = turnOf(notices.length, scene.now);
  const notice = notices[turn];
  const { shown, more } = stripOf(scene.link.up ? alarms : [], notice ? ROOM - 1 : ROOM);
  return (
    <footer class="strip">
      {shown.map((alarm) => <Entry key={`${alarm.tile}-${alarm.row}-${alarm.column}`} alarm={alarm} scene={scene} />)}
      {more > 0 && <div class="chip more">{say(scene.lang, "more", { n: more })}</div>}
      {notice && (
        <div class={notice.level === "info" ? "chip notice" : "chip notice loud"}>
          <HornShape />
          <b class="num">{say(scene.lang, "notice")}{notices.length > 1 && ` ${turn + 1}/${notices.length}`}</b>
          <span>{pick(scene.lang, notice.text)}</span>
        </div>
      )}
      {!notice && shown.length === 0 && <div class="chip calm">{say(scene.lang, "noAlarms")}</div>}
    </footer>
  );
}

function Entry({ alarm, scene }: { readonly alarm: Alarm; readonly scene: Scene }) {
  const layout = scene.board.layout.tiles[alarm.tile];
  const row = scene.board.tiles[alarm.tile]?.rows[alarm.row];
  const column = layout?.columns[alarm.column];
  if (!layout || !row || !column) return null;
  const named = layout.columns.find((c) => c.title !== null && c.format === "text");
  const subject = named && columnOf(layout, named.name, scene.lang);
  const name = subject ? row[subject.at] : null;
  const what = pick(scene.lang, column.full ?? column.title ?? layout.title);
  const value = plain(figure(column, row[alarm.column], scene.lang, scene.now));
  const bound = `${say(scene.lang, alarm.above ? "upper" : "lower")} ${limit(column, alarm.limit, scene.lang)}`;
  return (
    <div class={`chip ${alarm.level}`}>
      <LevelShape level={alarm.level} />
      <b class="num">{typeof name === "string" ? `${name} ` : ""}{what} {value}</b>
      <span class="num">{bound} · {say(scene.lang, "since")} {duration(scene.now - alarm.since_at)}</span>
    </div>
  );
}
