// The queues now: who waits, who is free, how the day went.
import type { ReactElement } from "react";
import type { Today } from "../api/today.ts";
import { useWords } from "../text/words.ts";
import { Triangle } from "../view/icons.tsx";
import { queueOf } from "./figures.ts";
import { levelTitle } from "./today.tsx";

const COLUMNS = ["waiting", "longest", "ready", "offered", "level"] as const;

export function Queues({ today }: { readonly today: Today | undefined }): ReactElement | null {
  const { t } = useWords();
  const rows = (today?.queues ?? []).map(queueOf);
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
              <th key={name} scope="col" className="right">{name === "level" ? levelTitle(today, t) : t(`home.columns.${name}`)}</th>
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
