// The time line of a customer.
import type { ReactElement } from "react";
import { Link } from "react-router";
import { instant } from "../../resource/values.ts";
import { useWords } from "../../text/words.ts";
import type { Moment } from "./timeline.ts";

export function Story({ moments, pending }: { readonly moments: readonly Moment[]; readonly pending: boolean }): ReactElement {
  const { t } = useWords();
  if (pending) return <p className="faint">{t("list.loading")}</p>;
  if (moments.length === 0) return <p className="faint" data-empty>{t("customers.noStory")}</p>;
  return (
    <ol className="story">
      {moments.map((moment) => (
        <li key={`${moment.kind} ${moment.id}`} className={`story-${moment.kind}`}>
          <time className="faint num" dateTime={moment.at}>{instant(moment.at)}</time>
          <p>
            <b>{t(`customers.kinds.${moment.kind}`)}</b> <span className="muted">{t(`customers.whats.${moment.kind}.${moment.what}`)}</span>
            {moment.who && <span className="faint"> {moment.who}</span>}
          </p>
          {moment.text && <p>{moment.kind === "call" ? <Link to={`/calls/${moment.id}`}>{moment.text}</Link> : moment.text}</p>}
        </li>
      ))}
    </ol>
  );
}
