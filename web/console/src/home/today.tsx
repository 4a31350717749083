// Today's figures, asked anew every ten seconds; what is old says so.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { sql } from "../api/sql.ts";
import { sentence } from "../shell/errorpanel.tsx";
import { useWords } from "../text/words.ts";
import { EVERY_MS, figuresOf, TODAY } from "./question.ts";

export function Today(): ReactElement {
  const { t, lang } = useWords();
  const query = useQuery({ queryKey: ["today"], queryFn: ({ signal }) => sql(TODAY, signal), refetchInterval: EVERY_MS, placeholderData: keepPreviousData });
  const asked = query.dataUpdatedAt ? new Date(query.dataUpdatedAt).toLocaleTimeString("en-GB") : "";
  return (
    <section className="panel today" aria-labelledby="today" data-today>
      <header>
        <h2 id="today">{t("home.today")}</h2>
        <span className="faint num">{query.isError ? sentence(query.error, t) : asked && t("home.asOf", { time: asked })}</span>
        <a className="right" href="/wall/">{t("home.walls")}</a>
      </header>
      <dl className={query.isError ? "today-figures old" : "today-figures"} aria-busy={query.isPending}>
        {figuresOf(query.data?.[0] ?? {}, lang).map((entry) => (
          <div key={entry.name}>
            <dt>{t(`home.figures.${entry.name}`)}</dt>
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
