// The first page: how today goes, what is to be done, what is to be known.
import type { ReactElement } from "react";
import { useMeta, useSession } from "../session/session.ts";
import { ErrorPanel } from "../shell/errorpanel.tsx";
import { holds } from "../shell/menuentries.ts";
import { useMenu } from "../shell/usemenu.ts";
import { useWords } from "../text/words.ts";
import { Appointments, FollowUps } from "./agenda.tsx";
import { Bulletins } from "./bulletins.tsx";
import { Queues } from "./queues.tsx";
import { Today } from "./today.tsx";

export function HomePage(): ReactElement {
  const { t, lang } = useWords();
  const { user, rights } = useSession();
  const meta = useMeta();
  const empty = useMenu().length === 0;
  if (meta.isError) return <ErrorPanel error={meta.error} retry={() => void meta.refetch()} />;
  if (meta.isPending) return <></>;
  const day = new Date().toLocaleDateString(lang === "zh" ? "zh-CN" : "en-GB", { month: "long", day: "numeric", weekday: "long" });
  return (
    <div className="home">
      <header className="list-head">
        <h1>{t("home.title")}</h1>
        <span className="faint">{day}</span>
      </header>
      {empty && (
        <section className="nothing">
          <h2>{t("home.empty")}</h2>
          <p>{t("home.emptyText")}</p>
        </section>
      )}
      {holds(rights, "sql.ask") && <Today />}
      <div className="home-columns">
        <div>
          {holds(rights, "sql.ask") && <Queues />}
          <Appointments me={user.id} />
          <FollowUps me={user.id} />
        </div>
        <Bulletins signed={user.id !== null} />
      </div>
    </div>
  );
}
