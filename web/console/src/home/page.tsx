// The first page: how today goes, what is to be done, what is to be known.
import type { ReactElement } from "react";
import { useMeta, useResource, useSession } from "../session/session.ts";
import { ErrorPanel } from "../shell/errorpanel.tsx";
import { holds } from "../shell/menuentries.ts";
import { useWords } from "../text/words.ts";
import { centreZone } from "../zone/centre.ts";
import { dayName } from "../zone/zone.ts";
import { Appointments, FollowUps } from "./agenda.tsx";
import { Bulletins } from "./bulletins.tsx";
import { Queues } from "./queues.tsx";
import { Few, Start, useFresh } from "./start.tsx";
import { Today, useToday } from "./today.tsx";

export function HomePage(): ReactElement {
  const { t, lang } = useWords();
  const { user, rights } = useSession();
  const meta = useMeta();
  const calls = holds(rights, "calls.read");
  const today = useToday(calls);
  const fresh = useFresh(today.data);
  const duties = [useResource("appointments"), useResource("follow-ups")].some((resource) => resource?.rights.read);
  if (meta.isError) return <ErrorPanel error={meta.error} retry={() => void meta.refetch()} />;
  if (meta.isPending) return <></>;
  return (
    <div className="home">
      <header className="list-head">
        <h1>{t("home.title")}</h1>
        <span className="faint">{dayName(Date.now(), centreZone(), lang)}</span>
      </header>
      {!calls && !duties && <Few />}
      {fresh && <Start />}
      {calls && !fresh && <Today query={today} />}
      <div className={calls || duties ? "home-columns" : ""}>
        {(calls || duties) && (
          <div>
            {calls && <Queues today={today.data} />}
            <Appointments me={user.id} />
            <FollowUps me={user.id} />
          </div>
        )}
        <Bulletins signed={user.id !== null} />
      </div>
    </div>
  );
}
