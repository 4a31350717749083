// One call: who, when, how long, and its whole path.
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, useParams } from "react-router";
import type { Row } from "../../api/records.ts";
import { sql } from "../../api/sql.ts";
import { display, instant } from "../../resource/values.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import { CALLS, ENDED_BY } from "./described.ts";
import { named, useNames } from "./names.ts";
import { readPath } from "./path.ts";
import { PathLine, Steps } from "./pathline.tsx";
import { callQuestion } from "./question.ts";
import { Recording } from "./recording.tsx";
import "./words.ts";

export function CallPage(): ReactElement {
  const { source = "", call = "" } = useParams();
  const { t, say, lang } = useWords();
  const question = callQuestion(source, call);
  const query = useQuery({ queryKey: ["calls", question], queryFn: ({ signal }) => sql(question, signal), refetchInterval: (asked) => (asked.state.data?.[0]?.["ended_at"] ? false : 3_000) });
  const names = useNames(lang);
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <p className="list-note faint">{t("list.loading")}</p>;
  const found = query.data[0];
  if (!found) {
    return (
      <section className="nothing">
        <h1>{t("calls.missing")}</h1>
        <Link to="/calls">{t("detail.list")}</Link>
      </section>
    );
  }
  const row: Row = { ...named(found, names), id: call, version: 1 };
  const steps = readPath(row["path"]).map((step) => ({ ...step, ...(step.queue ? { queue: names.queue(step.queue) } : {}), ...(step.agent ? { agent: names.agent(step.agent) } : {}), ...(step.to ? { to: names.queue(step.to) } : {}) }));
  const time = (name: string): string => (typeof row[name] === "string" ? instant(row[name]) : "–");
  const endedBy = ENDED_BY.find((entry) => entry.value === row["ended_by"]);
  const more = [["calls.answered_at", time("answered_at")], ["calls.ended_at", time("ended_at")], ["calls.ended_by", endedBy ? say(endedBy.title) : "–"], ["calls.recording", String(row["recording"] ?? "–")], ["calls.voicemail", String(row["voicemail"] ?? "–")]] as const;
  return (
    <div className="record">
      <header className="record-head">
        <Link to="/calls" className="back">{say(CALLS.title)}</Link>
        <h1>{String(row["from_number"] ?? row["call"])}</h1>
        <span className="faint num">{time("started_at")}</span>
      </header>
      <section className="panel">
        <dl className="fields">
          {CALLS.fields.map((field) => (
            <div key={field.name}>
              <dt>{say(field.title)}</dt>
              <dd className="num">{display(row, field, lang, t("list.yes"), t("list.no"))}</dd>
            </div>
          ))}
          {more.map(([key, text]) => (
            <div key={key}>
              <dt>{t(key)}</dt>
              <dd className="num">{text}</dd>
            </div>
          ))}
        </dl>
      </section>
      <Recording source={source} call={call} />
      <section className="panel" data-panel="path">
        <header>
          <h2>{t("calls.path")}</h2>
        </header>
        <PathLine steps={steps} until={typeof row["ended_at"] === "string" ? Date.parse(row["ended_at"]) : Date.now()} />
        <Steps steps={steps} />
      </section>
    </div>
  );
}
