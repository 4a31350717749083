// A tile: title, age, and the body of its kind. Skipped when neither its figures nor the second changed.
import { Component } from "preact";
import { age } from "../format";
import type { TileLayout, TileNow } from "../frames";
import { freshness, stoodStillAt, tileLevel, type Freshness } from "../look";
import { cx, pick, type Scene } from "../scene";
import { say } from "../words";
import { Agents } from "./agents";
import { Bars, BarsLegend } from "./bars";
import { FigureBody } from "./figure";
import { Ring } from "./ring";
import { ClockShape, LevelShape, PartialShape } from "./shapes";
import { States } from "./states";
import { Table, shownOf } from "./table";

const SLOW_MS = 2_000;

/** What a body gets. */
export interface BodyProps {
  readonly layout: TileLayout;
  readonly tile: TileNow;
  readonly scene: Scene;
  readonly fresh: Freshness;
}

/** The age, always in the upper right corner: plain, with the mark of a hole, or in a plate when the figures stand still. */
export function Age({ fresh, partial }: { readonly fresh: Freshness; readonly partial: boolean }) {
  return (
    <span class={cx("age num", fresh.stale && "plate", partial && !fresh.stale && "partly")}>
      {fresh.stale ? <ClockShape /> : partial && <PartialShape />}
      {age(fresh.ageMs)}
    </span>
  );
}

function Body(props: BodyProps) {
  const { layout, tile, scene } = props;
  if (tile.state === "loading") {
    return <div class="loading">{scene.loadingMs > SLOW_MS ? <p>{say(scene.lang, "fetching")}</p> : <div class="block" />}</div>;
  }
  if (tile.state === "failed") return <p class="empty">{say(scene.lang, "failed")}</p>;
  switch (layout.kind) {
    case "lead":
    case "figure":
      return <FigureBody {...props} />;
    case "table":
    case "list":
      return <Table {...props} />;
    case "ring":
      return <Ring {...props} />;
    case "states":
      return <States {...props} />;
    case "bars":
      return <Bars {...props} />;
    case "agents":
      return <Agents {...props} />;
  }
}

function HeadExtra({ layout, tile, scene }: BodyProps) {
  if (layout.kind === "bars") return <BarsLegend layout={layout} tile={tile} scene={scene} />;
  if (layout.kind !== "list" && layout.kind !== "table") return null;
  const { shown, all } = shownOf(layout, tile, scene);
  return all > shown ? <span class="first num">{say(scene.lang, "first", { n: shown, m: all })}</span> : null;
}

interface Props {
  readonly index: number;
  readonly layout: TileLayout;
  readonly tile: TileNow;
  readonly scene: Scene;
}

/** One tile of a board. */
export class Tile extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const { scene, tile, layout } = this.props;
    const after = next.scene;
    return (
      next.tile !== tile || next.layout !== layout || after.now !== scene.now || after.link !== scene.link || after.lang !== scene.lang ||
      after.width !== scene.width || after.height !== scene.height || after.banner !== scene.banner || after.board.gaps !== scene.board.gaps
    );
  }

  override render({ layout, tile, scene }: Props) {
    const fresh = freshness(scene, layout.feed, layout.stale_after_ms);
    const level = fresh.stale ? null : tileLevel(layout, tile);
    const rows = scene.board.layout.rows;
    const place = {
      left: `${(layout.x / 24) * 100}%`,
      top: `${(layout.y / rows) * 100}%`,
      width: `${(layout.w / 24) * 100}%`,
      height: `${(layout.h / rows) * 100}%`,
    };
    const bare = layout.kind === "states" || layout.kind === "agents";
    const body = { layout, tile, scene: fresh.stale ? { ...scene, now: stoodStillAt(scene, layout.feed) } : scene, fresh };
    return (
      <section class="place" style={place} data-tile={layout.id}>
        <div class={cx("tile", layout.kind, level, fresh.stale && "stale")}>
          {!bare && (
            <header class="head">
              {level && <LevelShape level={level} />}
              <h2>{pick(scene.lang, layout.title)}</h2>
              <HeadExtra {...body} />
              <Age fresh={fresh} partial={tile.partial} />
            </header>
          )}
          <Body {...body} />
        </div>
      </section>
    );
  }
}
