// One call: who, when, how long, and its whole path.
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, useParams } from "react-router";
import type { CallWithPath } from "../../api/calls.ts";
import { oneCall } from "../../api/calls.ts";
import { display, instant, NONE } from "../../resource/values.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import { CALLS, ENDED_BY } from "./described.ts";
import { CallNotes } from "./notes.tsx";
import { named, readPath } from "./path.ts";
import { PathLine, Steps } from "./pathline.tsx";
import { goesOn, placeOf, rowOf } from "./question.ts";
import { Recording } from "./recording.tsx";
import "./words.ts";

/** How often a call that goes on is asked anew. */
const EVERY_MS = 3_000;

export function CallPage(): ReactElement {
  const { source = "", call = "" } = useParams();
  const { t, lang } = useWords();
  const query = useQuery({ queryKey: ["call", source, call, lang], queryFn: ({ signal }) => oneCall(source, call, signal), refetchInterval: (asked) => (asked.state.data && goesOn(asked.state.data) ? EVERY_MS : false) });
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <p className="list-note faint">{t("list.loading")}</p>;
  if (query.data) return <Shown found={query.data} />;
  return (
    <section className="nothing">
      <h1>{t("calls.missing")}</h1>
      <Link to="/calls">{t("detail.list")}</Link>
    </section>
  );
}

function Shown({ found }: { readonly found: CallWithPath }): ReactElement {
  const { t, say, lang } = useWords();
  const row = rowOf(found, placeOf(found.source, found.call));
  const steps = named(readPath(found.path));
  const going = goesOn(found);
  const time = (name: string): string => (typeof row[name] === "string" ? instant(row[name]) : NONE);
  const endedBy = ENDED_BY.find((entry) => entry.value === row["ended_by"]);
  const told = (name: string): string => (row[name] ? t("list.yes") : NONE);
  const more = [["answered_at", time("answered_at")], ["ended_at", going ? t("calls.goesOn") : time("ended_at")], ["ended_by", endedBy ? say(endedBy.title) : NONE], ["recording", told("recording")], ["voicemail", told("voicemail")]] as const;
  return (
    <div className="record">
      <header className="record-head">
        <Link to="/calls" className="back">{say(CALLS.title)}</Link>
        <h1>{String(row["from_number"] ?? row["call"])}</h1>
        <span className="faint num">{time("started_at")}</span>
        {going && <b data-going>{t("calls.goesOn")}</b>}
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
              <dt>{t(`calls.${key}`)}</dt>
              <dd className="num">{text}</dd>
            </div>
          ))}
        </dl>
      </section>
      <Recording key={String(going)} source={found.source} call={found.call} told={Boolean(row["recording"])} />
      <CallNotes source={found.source} call={found.call} />
      <section className="panel" data-panel="path">
        <header>
          <h2>{t("calls.path")}</h2>
        </header>
        {steps.length === 0 && <p className="faint" data-empty>{t("calls.noPath")}</p>}
        {steps.length > 0 && <PathLine steps={steps} until={found.ended_at === null ? Date.now() : Date.parse(found.ended_at)} />}
        {steps.length > 0 && <Steps steps={steps} />}
      </section>
    </div>
  );
}
