// The head of the wall: whose board, which sources speak and how fresh, date and clock of the board's zone.
import { age } from "../format";
import type { SourceNow } from "../frames";
import { pick, type Scene } from "../scene";
import { say } from "../words";
import { CheckShape, FileShape, LevelShape, Logo, PartialShape } from "./shapes";

const MOST_SOURCES = 4;
const RANK: Readonly<Record<string, number>> = { lost: 0, gap: 1, connected: 2, file: 3 };

/** The head of the wall. */
export function Header({ scene }: { readonly scene: Scene }) {
  const { layout } = scene.board;
  const [minutes, seconds] = scene.calendar.clock(scene.now);
  const [day, weekday] = scene.calendar.date(scene.now);
  return (
    <header class="wall-head">
      <Logo />
      <h1>{pick(scene.lang, layout.centre) || "Callboard"}</h1>
      <span class="board-title">{pick(scene.lang, layout.title)}</span>
      <Sources scene={scene} />
      <div class="date"><span>{day}</span><span>{weekday}</span></div>
      <div class="wall-clock num">{minutes}<span>:{seconds}</span></div>
    </header>
  );
}

function Sources({ scene }: { readonly scene: Scene }) {
  // A source keeps its place; only when there are too many do those that need a look come first.
  const all = scene.sources;
  const ranked = all.length <= MOST_SOURCES ? all : all.slice().sort((a, b) => (RANK[a.state] ?? 4) - (RANK[b.state] ?? 4));
  const shown = ranked.slice(0, MOST_SOURCES);
  const more = ranked.length - shown.length;
  return (
    <ul class="sources">
      {shown.map((source) => <Source key={source.source} source={source} scene={scene} />)}
      {more > 0 && <li class="num">+{more}</li>}
    </ul>
  );
}

function Source({ source, scene }: { readonly source: SourceNow; readonly scene: Scene }) {
  const name = pick(scene.lang, source.title);
  const heard = age(scene.now - source.heard_at);
  if (source.state === "lost" || !scene.link.up) {
    return <li class="lost"><LevelShape level="critical" /><b>{name}</b><span class="num">{heard}</span></li>;
  }
  if (source.state === "file") {
    return <li><FileShape />{name}<span class="num">{say(scene.lang, "file")}</span></li>;
  }
  if (source.open_gaps > 0) {
    return <li class="gap"><PartialShape />{name}<span class="num">{say(scene.lang, "gapFilling")}</span></li>;
  }
  return <li><CheckShape />{name}<span class="num">{heard}</span></li>;
}
