// The queues now: who waits, who is free, how the day went.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { sql } from "../api/sql.ts";
import { useWords } from "../text/words.ts";
import { Triangle } from "../view/icons.tsx";
import { EVERY_MS, QUEUES, queueOf } from "./question.ts";

const COLUMNS = ["waiting", "longest", "ready", "offered", "level"] as const;

export function Queues(): ReactElement | null {
  const { t, lang } = useWords();
  const query = useQuery({ queryKey: ["queues"], queryFn: ({ signal }) => sql(QUEUES, signal), refetchInterval: EVERY_MS, placeholderData: keepPreviousData });
  const rows = (query.data ?? []).map((row) => queueOf(row, lang));
  if (rows.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="home-queues" data-queues>
      <header>
        <h2 id="home-queues">{t("home.queues")}</h2>
      </header>
      <table className="plain queues">
        <thead>
          <tr>
            <th scope="col">{t("home.queue")}</th>
            {COLUMNS.map((name) => (
              <th key={name} scope="col" className="right">{t(`home.columns.${name}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className={row.late ? "late" : ""}>
              <th scope="row">{row.title}</th>
              {COLUMNS.map((name) => (
                <td key={name} className="right">
                  {row.late && name === "longest" && <Triangle />} {row[name]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
