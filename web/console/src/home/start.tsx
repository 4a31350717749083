// In place of figures and duties that are not there: what to do next.
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "react-router";
import { choices } from "../api/calls.ts";
import type { Today } from "../api/today.ts";
import { useMeta, useSession } from "../session/session.ts";
import { useMenu } from "../shell/usemenu.ts";
import { useWords } from "../text/words.ts";
import { firstSteps, openPages } from "./steps.ts";

const MOST_PAGES = 6;

/** Whether nothing tells of calls yet: no source is known, and today had none. */
export function useFresh(today: Today | undefined): boolean {
  const { lang } = useWords();
  const quiet = today !== undefined && !today.offered && !today.waiting;
  const known = useQuery({ queryKey: ["calls", "choices", lang], queryFn: ({ signal }) => choices(signal), staleTime: 60_000, enabled: quiet });
  return quiet && known.data?.sources.length === 0;
}

/** A server to which nothing is connected. */
export function Start(): ReactElement {
  const { t } = useWords();
  const steps = firstSteps(useMeta().data?.resources ?? [], useMenu());
  return (
    <section className="panel start" data-start>
      <header>
        <h2>{t("home.fresh")}</h2>
      </header>
      {steps.length === 0 && <p className="muted">{t("home.freshText")}</p>}
      <ol className="start-steps">
        {steps.map(({ name, to }) => (
          <li key={name}>
            <Link to={to}>{t(`home.steps.${name}.title`)}</Link>
            <span className="muted">{t(`home.steps.${name}.text`)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Somebody whose rights give this page nothing to show. */
export function Few(): ReactElement {
  const { t, say } = useWords();
  const { user } = useSession();
  const pages = openPages(useMenu(), MOST_PAGES);
  return (
    <section className="panel start" data-start>
      <header>
        <h2>{t(pages.length === 0 ? "home.empty" : "home.few")}</h2>
      </header>
      <p className="muted">{t(pages.length === 0 ? "home.emptyText" : "home.fewText")}</p>
      <ul className="start-pages">
        {pages.map((page) => <li key={page.path}><Link to={`/${page.path}`}>{say(page.title)}</Link></li>)}
        {pages.length === 0 && user.id !== null && <li><Link to="/profile">{t("profile.title")}</Link></li>}
      </ul>
    </section>
  );
}
