// The boxes before the rows of a table and before its head.
import type { ReactElement } from "react";
import { useWords } from "../text/words.ts";
import type { Chosen } from "./choosing.ts";
import { choosePage, pageState } from "./choosing.ts";

interface RowProps {
  readonly on: boolean;
  readonly name: string;
  readonly tick: (shift: boolean) => void;
}

export function RowBox({ on, name, tick }: RowProps): ReactElement {
  const { t } = useWords();
  // The arrows go through the rows and the space bar ticks them: a box is no stop of its own.
  return <input type="checkbox" tabIndex={-1} checked={on} aria-label={t("list.choose", { what: name })} onChange={(event) => tick((event.nativeEvent as MouseEvent).shiftKey)} />;
}

interface PageProps {
  readonly chosen: Chosen;
  readonly keys: readonly string[];
  readonly choose: (chosen: Chosen) => void;
}

export function PageBox({ chosen, keys, choose }: PageProps): ReactElement {
  const { t } = useWords();
  const state = pageState(chosen, keys);
  return (
    <input
      type="checkbox"
      checked={state === "all"}
      disabled={keys.length === 0}
      aria-label={t("list.choosePage")}
      ref={(box) => {
        if (box) box.indeterminate = state === "some";
      }}
      onChange={() => choose(choosePage(chosen, keys))}
    />
  );
}
