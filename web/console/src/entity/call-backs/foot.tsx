// Below the list: what the keys do, and the pages.
import { Button } from "antd";
import type { ReactElement } from "react";
import { useWords } from "../../text/words.ts";

interface Props {
  /** What the keys may do here. */
  readonly writes: boolean;
  readonly opens: boolean;
  readonly page: number | null;
  /** Null where there is no such page. */
  readonly backward: (() => void) | null;
  readonly forward: (() => void) | null;
}

export function Foot({ writes, opens, page, backward, forward }: Props): ReactElement {
  const { t } = useWords();
  return (
    <footer className="pager">
      <span className="faint keys" aria-hidden="true">
        {writes && <><kbd>T</kbd> {t("callBacks.keys.take")} <kbd>D</kbd> {t("callBacks.keys.close")} </>}
        <kbd>↑</kbd> <kbd>↓</kbd> {t("keys.move")} {opens && <><kbd>Enter</kbd> {t("keys.open")}</>}
      </span>
      <span className="num">{page !== null && t("list.page", { page })}</span>
      <Button size="small" disabled={backward === null} onClick={() => backward?.()}>
        {t("action.previous")}
      </Button>
      <Button size="small" disabled={forward === null} onClick={() => forward?.()}>
        {t("action.next")}
      </Button>
    </footer>
  );
}
