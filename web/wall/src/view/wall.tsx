// The whole picture of one moment.
import { isUnfed } from "../look";
import type { Scene } from "../scene";
import { say, type Lang } from "../words";
import { Banner } from "./banner";
import { Header } from "./header";
import { Logo } from "./shapes";
import { Strip } from "./strip";
import { Tile } from "./tile";
import { Waiting } from "./waiting";

/** The wall, once there is a board. */
export function Wall({ scene }: { readonly scene: Scene }) {
  const { layout, tiles } = scene.board;
  if (isUnfed(scene.board)) {
    return (
      <>
        <Header scene={scene} />
        <Banner scene={scene} />
        <Waiting scene={scene} server={location.origin} />
      </>
    );
  }
  return (
    <>
      <Header scene={scene} />
      <Banner scene={scene} />
      <main class="grid">
        {layout.tiles.map((tile, i) => {
          const now = tiles[i];
          return now && <Tile key={tile.id} index={i} layout={tile} tile={now} scene={scene} />;
        })}
      </main>
      <Strip scene={scene} />
    </>
  );
}

/** Before the first frame. */
export function Opening({ lang }: { readonly lang: Lang }) {
  return (
    <div class="opening">
      <Logo />
      <p>{say(lang, "connecting")}</p>
    </div>
  );
}
