// What happened to a record, newest first: who, when, before and after.
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { Resource } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { list } from "../api/records.ts";
import { useResource } from "../session/session.ts";
import "../text/deeds.ts";
import { useWords } from "../text/words.ts";
import { Differences } from "../view/differences.tsx";
import { deedTitle, whoDid } from "./deed.ts";
import { instant } from "./values.ts";

export function Trail({ resource, id }: { readonly resource: Resource; readonly id: string }): ReactElement | null {
  const { t } = useWords();
  const audit = useResource("audit");
  const may = audit?.rights.read ?? false;
  const question = new URLSearchParams({ resource: resource.name, target: id, sort: "-created_at", limit: "50" });
  const query = useQuery({ queryKey: ["trail", resource.name, id], queryFn: ({ signal }) => list("audit", question, signal), enabled: may && resource.name !== audit?.name });
  // Entries of the log are never changed: they have no trail of their own.
  if (!audit || !may || resource.name === audit.name) return null;
  const rows = query.data?.items ?? [];
  return (
    <section className="panel" data-panel="trail">
      <header>
        <h2>{t("detail.trail")}</h2>
      </header>
      {query.data && rows.length === 0 && <p className="faint">{t("detail.noTrail")}</p>}
      <ol className="trail">
        {rows.map((row) => (
          <Entry key={row.id} row={row} resource={resource} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ row, resource }: { readonly row: Row; readonly resource: Resource }): ReactElement {
  const { t } = useWords();
  return (
    <li>
      <p>
        <b>{deedTitle(String(row["action"]), t)}</b> <span className="muted">{whoDid(row, t)}</span> <span className="faint num">{instant(String(row["created_at"] ?? ""))}</span> <span className="faint">{String(row["address"] ?? "")}</span>
      </p>
      <Differences resource={resource} before={row["before"]} after={row["after"]} />
    </li>
  );
}
