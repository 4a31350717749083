// Nobody to call back is good news, and says for which days.
import { Button } from "antd";
import type { ReactElement } from "react";
import { useWords } from "../../text/words.ts";
import type { Shown } from "./question.ts";
import { isUsual, saidDays, USUAL } from "./question.ts";

interface Props {
  readonly shown: Shown;
  /** Whether the server has looked at all of them. */
  readonly whole: boolean;
  readonly change: (changes: Partial<Shown>) => void;
}

export function Empty({ shown, whole, change }: Props): ReactElement {
  const { t } = useWords();
  const [from, to] = saidDays(shown);
  const span = shown.span === "own" ? t("callBacks.ownDays", { from, to }) : t(`callBacks.spans.${shown.span}`);
  if (shown.cursor !== "") {
    return (
      <div className="list-empty" data-empty>
        <h2>{t("callBacks.noneHere")}</h2>
        <Button onClick={() => change({})}>{t("action.first")}</Button>
      </div>
    );
  }
  const glad = whole && isUsual(shown.states) && shown.queues.length === 0;
  return (
    <div className="list-empty" data-empty>
      <h2>{t(glad ? "callBacks.none" : "callBacks.noneMatch")}</h2>
      <p className="muted">{t(glad ? "callBacks.noneText" : "callBacks.noneMatchText", { span })}</p>
      {!glad && <Button onClick={() => change({ states: USUAL, queues: [] })}>{t("callBacks.usual")}</Button>}
    </div>
  );
}
