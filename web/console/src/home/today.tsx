// Today's figures and the queues now, asked anew every ten seconds; what is old says so.
import type { UseQueryResult } from "@tanstack/react-query";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { Today as Answer } from "../api/today.ts";
import { today } from "../api/today.ts";
import { sentence } from "../shell/errorpanel.tsx";
import type { Speech } from "../text/words.ts";
import { useWords } from "../text/words.ts";
import { centreZone } from "../zone/centre.ts";
import { timeOf } from "../zone/zone.ts";
import { EVERY_MS, figuresOf, targetOf } from "./figures.ts";

export function useToday(may: boolean): UseQueryResult<Answer> {
  const { lang } = useWords();
  return useQuery({ queryKey: ["today", lang], queryFn: ({ signal }) => today(signal), refetchInterval: EVERY_MS, placeholderData: keepPreviousData, enabled: may });
}

/** The heading names the seconds only where they are the same for every queue. */
export function levelTitle(answer: Answer | undefined, t: Speech["t"]): string {
  const seconds = targetOf(answer?.queues ?? []);
  return seconds === null ? t("home.figures.service_level") : t("home.levelWithin", { seconds });
}

export function Today({ query }: { readonly query: UseQueryResult<Answer> }): ReactElement {
  const { t, lang } = useWords();
  const asked = query.data ? t("home.asOf", { time: timeOf(Date.parse(query.data.as_of), centreZone()) }) : "";
  return (
    <section className="panel today" aria-labelledby="today" data-today>
      <header>
        <h2 id="today">{t("home.today")}</h2>
        <span className="faint num">{query.isError ? sentence(query.error, t) : asked}</span>
        <a className="right" href="/wall/">{t("home.walls")}</a>
      </header>
      <dl className={query.isError ? "today-figures old" : "today-figures"} aria-busy={query.isPending}>
        {figuresOf(query.data, lang).map((entry) => (
          <div key={entry.name}>
            <dt>{entry.name === "service_level" ? levelTitle(query.data, t) : t(`home.figures.${entry.name}`)}</dt>
            <dd className="num">
              {entry.text}
              {entry.aside && <span className="today-aside">{t(`home.asides.${entry.name}`, { value: entry.aside })}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
