// What one has to do: appointments whose time has come, and with whom to go on.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactElement, ReactNode } from "react";
import { Link } from "react-router";
import type { Resource } from "../api/meta.ts";
import { can } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { change, list } from "../api/records.ts";
import { useChanges } from "../resource/mutations.ts";
import { instant } from "../resource/values.ts";
import { useResource } from "../session/session.ts";
import { ErrorPanel } from "../shell/errorpanel.tsx";
import { useWords } from "../text/words.ts";
import { centreZone } from "../zone/centre.ts";
import { dayOf, midnight, plusDays } from "../zone/zone.ts";

const MOST = 8;
const DAYS = 7;

interface Props {
  /** Null on an open server: then everybody's. */
  readonly me: string | null;
}

export function Appointments({ me }: Props): ReactElement | null {
  const resource = useResource("appointments");
  const question = { due: "true", sort: "at", ...(me ? { user_id: me } : {}) };
  return resource?.rights.read ? <Agenda resource={resource} name="appointments" question={question} at="at" text="subject" act={(row) => <Done resource={resource} row={row} />} /> : null;
}

export function FollowUps({ me }: Props): ReactElement | null {
  const resource = useResource("follow-ups");
  // From midnight on: what is due today stays until the day is over.
  const today = dayOf(Date.now(), centreZone());
  const question = { "next_at.from": midnight(today, centreZone()), "next_at.to": midnight(plusDays(today, DAYS), centreZone()), sort: "next_at", ...(me ? { user_id: me } : {}) };
  return resource?.rights.read ? <Agenda resource={resource} name="followUps" question={question} at="next_at" text="content" /> : null;
}

interface AgendaProps {
  readonly resource: Resource;
  readonly name: string;
  readonly question: Readonly<Record<string, string>>;
  /** Fields with the time and with what it is about. */
  readonly at: string;
  readonly text: string;
  readonly act?: (row: Row) => ReactNode;
}

function Agenda({ resource, name, question, at, text, act }: AgendaProps): ReactElement {
  const { t } = useWords();
  const search = new URLSearchParams({ ...question, limit: String(MOST), count: "true" });
  const query = useQuery({ queryKey: ["list", resource.path, search.toString()], queryFn: ({ signal }) => list(resource.path, search, signal) });
  const rows = query.data?.items ?? [];
  return (
    <section className="panel" aria-labelledby={`home-${name}`} data-agenda={name}>
      <header>
        <h2 id={`home-${name}`}>{t(`home.${name}`)}</h2>
        {query.data?.total ? <span className="faint num">{query.data.total}</span> : null}
        <Link className="right" to={`/${resource.path}`}>{t("action.all")}</Link>
      </header>
      {query.isError && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <p className="faint" data-empty>{t(`home.no.${name}`)}</p>}
      <ul className="agenda">
        {rows.map((row) => (
          <li key={row.id}>
            <time className="num faint">{instant(String(row[at])).slice(0, -3)}</time>
            <Link to={`/customers/${String(row["customer_id"])}`}>{String(row["customer_id_label"] ?? "–")}</Link>
            <span className="agenda-text">{String(row[text])}</span>
            {act?.(row)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Done({ resource, row }: { readonly resource: Resource; readonly row: Row }): ReactElement | null {
  const { t } = useWords();
  const { forget, fail } = useChanges(resource);
  if (!can(resource, "edit")) return null;
  return (
    <Button size="small" onClick={() => void change(resource.path, row, { state: "done" }).then(forget, fail)} aria-label={`${t("home.done")}: ${String(row["subject"])}`}>
      {t("home.done")}
    </Button>
  );
}
