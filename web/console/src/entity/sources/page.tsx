// Sources: who tells what, what was refused, what is missing; mending and uploading.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import type { Named } from "../../api/calls.ts";
import { titleOf } from "../../api/calls.ts";
import type { SqlRow } from "../../api/sql.ts";
import { duration, instant } from "../../resource/values.ts";
import { useSession } from "../../session/session.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { holds } from "../../shell/menuentries.ts";
import { Refused } from "../../shell/notfound.tsx";
import { useWords } from "../../text/words.ts";
import { useChoices } from "../calls/choices.ts";
import { Check, Cross, Triangle } from "../../view/icons.tsx";
import { knownGaps, liveSources, rejectedLines } from "./fetch.ts";
import { MendDialog } from "./mend.tsx";
import { Upload } from "./upload.tsx";
import "./words.ts";

const text = (row: SqlRow, name: string): string => (row[name] === null || row[name] === undefined ? "" : String(row[name]));
const at = (row: SqlRow, name: string): string => (text(row, name) ? instant(text(row, name)) : "–");

export function SourcesPage(): ReactElement {
  const { t } = useWords();
  const { rights } = useSession();
  const asks = holds(rights, "sql.ask");
  const writes = holds(rights, "events.write");
  const live = useQuery({ queryKey: ["sources", "live"], queryFn: ({ signal }) => liveSources(signal), refetchInterval: 2_000, enabled: asks });
  const titles = useChoices(asks && holds(rights, "calls.read"))?.sources ?? [];
  if (!asks) return <Refused what={t("sources.title")} />;
  return (
    <div className="record">
      <header className="record-head">
        <h1>{t("sources.title")}</h1>
      </header>
      {live.isError ? <ErrorPanel error={live.error} retry={() => void live.refetch()} /> : <Live rows={live.data} titles={titles} />}
      {writes && <Upload />}
      <Rejected writes={writes} titles={titles} />
      <Gaps titles={titles} />
    </div>
  );
}

/** A source by its title, with its name beside it; only its name for those who may not see calls. */
function Source({ name, titles }: { readonly name: string; readonly titles: readonly Named[] }): ReactElement {
  const title = titleOf(titles, name);
  return title !== name ? <><b>{title}</b> <span className="faint mono">{name}</span></> : <b>{name}</b>;
}

function State({ state }: { readonly state: string }): ReactElement {
  const { t } = useWords();
  const [icon, level] = state === "connected" ? [<Check key="i" />, "good"] : state === "lost" ? [<Cross key="i" />, "critical"] : [<Triangle key="i" />, "warning"];
  return (
    <span className={`level-${level}`}>
      {icon} {t(`sources.${state}`)}
    </span>
  );
}

function Live({ rows, titles }: { readonly rows: readonly SqlRow[] | undefined; readonly titles: readonly Named[] }): ReactElement {
  const { t } = useWords();
  return (
    <section className="panel" data-panel="live">
      {rows?.length === 0 ? (
        <p className="faint">{t("sources.none")}</p>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              {["name", "tells", "heard", "lag", "since", "gaps"].map((key, index) => (
                <th key={key} scope="col" colSpan={index === 0 ? 2 : 1}>{t(`sources.${key}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows?.map((row) => (
              <tr key={text(row, "source")}>
                <td><Source name={text(row, "source")} titles={titles} /> <span className="faint">{text(row, "version")}</span></td>
                <td><State state={text(row, "state")} /></td>
                <td>{[Number(row["calls"]) ? t("sources.calls") : "", Number(row["agents"]) ? t("sources.agents") : ""].filter(Boolean).join(" · ")}</td>
                <td>{at(row, "heard_at")}</td>
                <td>{duration(Math.max(0, Date.parse(text(row, "as_of")) - Date.parse(text(row, "heard_at"))))}</td>
                <td>{at(row, "lost_at")}</td>
                <td>{text(row, "open_gaps")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Rejected({ writes, titles }: { readonly writes: boolean; readonly titles: readonly Named[] }): ReactElement {
  const { t } = useWords();
  const [mending, setMending] = useState<SqlRow | null>(null);
  const query = useQuery({ queryKey: ["sources", "rejected"], queryFn: ({ signal }) => rejectedLines(signal), refetchInterval: 10_000 });
  const rows = query.data ?? [];
  return (
    <section className="panel" data-panel="rejected">
      <header>
        <h2>{t("sources.rejected")}</h2>
      </header>
      {query.isError && <ErrorPanel error={query.error} />}
      {query.data && rows.length === 0 && <p className="faint">{t("sources.noRejected")}</p>}
      {rows.length > 0 && (
        <table className="plain refused-lines">
          <thead>
            <tr>
              {["received", "name", "place", "reason", "line"].map((key) => (
                <th key={key} scope="col">{t(`sources.${key}`)}</th>
              ))}
              <th scope="col"><span className="unseen">{t("action.actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={text(row, "number")}>
                <td>{at(row, "received_at")}</td>
                <td><Source name={text(row, "source")} titles={titles} /></td>
                <td>{text(row, "place")}</td>
                <td>{text(row, "reason")}</td>
                <td className="mono refused-line">{text(row, "line").slice(0, 200)}</td>
                <td>{writes && <Button size="small" onClick={() => setMending(row)}>{t("sources.fix")}</Button>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {mending && <MendDialog row={mending} close={() => setMending(null)} />}
    </section>
  );
}

function Gaps({ titles }: { readonly titles: readonly Named[] }): ReactElement {
  const { t } = useWords();
  const query = useQuery({ queryKey: ["sources", "gaps"], queryFn: ({ signal }) => knownGaps(signal), refetchInterval: 10_000 });
  const rows = query.data ?? [];
  return (
    <section className="panel" data-panel="gaps">
      <header>
        <h2>{t("sources.gapsTitle")}</h2>
      </header>
      {query.isError && <ErrorPanel error={query.error} />}
      {query.data && rows.length === 0 && <p className="faint">{t("sources.noGaps")}</p>}
      <ul className="gaps">
        {rows.map((row) => (
          <li key={`${text(row, "source")} ${text(row, "from_at")}`}>
            <span><Source name={text(row, "source")} titles={titles} /></span>
            <span className="num">{at(row, "from_at")} – {at(row, "to_at")}</span>
            <span className={row["filled_at"] ? "level-good" : "level-warning"}>{row["filled_at"] ? <Check /> : <Triangle />} {t(row["filled_at"] ? "sources.filled" : "sources.open")}</span>
            <span className="faint">{text(row, "reason")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
