// The one banner: figures stand still because a source or the server is away. A data problem, never red.
import { duration } from "../format";
import type { GapNow } from "../frames";
import { lostSources } from "../look";
import { pick, type Scene } from "../scene";
import { say } from "../words";
import { LevelShape, PartialShape } from "./shapes";

/** Whether there is something to say. */
export function hasBanner(scene: Pick<Scene, "sources" | "link">): boolean {
  return !scene.link.up || lostSources(scene.sources).length > 0;
}

/** The banner below the head. */
export function Banner({ scene }: { readonly scene: Scene }) {
  if (!scene.banner) return null;
  const { link, board, lang } = scene;
  const clock = (at: number) => scene.calendar.clock(at).join(":");
  const hour = (at: number) => scene.calendar.clock(at)[0];
  let [title, since, text] = [say(lang, "serverLost"), link.up ? scene.now : link.since, "serverLostText" as "serverLostText" | "lostText"];
  if (link.up) {
    const lost = lostSources(scene.sources);
    since = Math.min(...lost.map((source) => source.lost_at ?? source.heard_at));
    const only = lost.length === 1 ? lost[0] : undefined;
    title = only ? say(lang, "lost", { name: pick(lang, only.title) }) : say(lang, "lostManyZh", { n: lost.length });
    text = "lostText";
  }
  const gap = board.gaps[0];
  const named = (hole: GapNow) => {
    const source = board.sources.find((s) => s.source === hole.source);
    return say(lang, "gapBanner", { name: source ? pick(lang, source.title) : hole.source, from: hour(hole.from_at), to: hour(hole.to_at) });
  };
  return (
    <div class="banner" role="status">
      <LevelShape level="critical" />
      <b>{title}</b>
      <span class="num">{say(lang, text, { at: clock(since), age: duration(scene.now - since) })}</span>
      {gap && <span class="hole num"><PartialShape />{named(gap)}</span>}
    </div>
  );
}
