// Which call-backs are shown: states with their counts, days, queues. A choice counts at once.
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import type { ReactElement } from "react";
import { lazy, Suspense, useId } from "react";
import type { CallBacks } from "../../api/call-backs.ts";
import { queueChoices, STATES } from "../../api/call-backs.ts";
import { figure } from "../../resource/values.ts";
import { useSession } from "../../session/session.ts";
import { holds } from "../../shell/menuentries.ts";
import { useWords } from "../../text/words.ts";
import { centreZone } from "../../zone/centre.ts";
import type { Shown, Span } from "./question.ts";
import { ownSpan, SPANS, toggled, within } from "./question.ts";
import { StateMark } from "./state.tsx";

const RangeInput = lazy(async () => ({ default: (await import("../../resource/dates.tsx")).RangeInput }));

interface Props {
  readonly shown: Shown;
  readonly counts: CallBacks["counts"] | undefined;
  readonly change: (changes: Partial<Shown>) => void;
}

export function Choices({ shown, counts, change }: Props): ReactElement {
  const { t } = useWords();
  const { rights } = useSession();
  return (
    <div className="filters" role="search" aria-label={t("list.filters")}>
      <div className="back-chips" role="group" aria-label={t("callBacks.filter")}>
        {STATES.map((state) => (
          <button key={state} type="button" className="back-chip" aria-pressed={shown.states.includes(state)} data-state={state} onClick={() => change({ states: toggled(shown.states, state) })}>
            <StateMark state={state} /> {t(`callBacks.states.${state}`)} <b className="num">{counts ? figure(counts[state]) : ""}</b>
          </button>
        ))}
      </div>
      <Days shown={shown} change={change} />
      {holds(rights, "calls.read") && <Queues shown={shown} change={change} />}
    </div>
  );
}

function Days({ shown, change }: Omit<Props, "counts">): ReactElement {
  const { t } = useWords();
  const [id, range] = [useId(), useId()];
  const choose = (span: Span): void => change(span === "own" ? { span, ...ownSpan(new Date(), centreZone()) } : { span, from: "", to: "" });
  const picked = (from: string, to: string): void => {
    const [first, last] = within(from, to);
    change({ span: first || last ? "own" : "days", from: first, to: last });
  };
  return (
    <>
      <div className="filter">
        <label htmlFor={id}>{t("callBacks.span")}</label>
        <Select<Span> id={id} variant="borderless" value={shown.span} options={SPANS.map((value) => ({ value, label: t(`callBacks.spans.${value}`) }))} onChange={choose} popupMatchSelectWidth={false} />
      </div>
      {shown.span === "own" && (
        <div className="filter">
          <Suspense fallback={<span className="range-space" />}>
            <RangeInput id={range} date from={shown.from} to={shown.to} change={picked} />
          </Suspense>
        </div>
      )}
    </>
  );
}

function Queues({ shown, change }: Omit<Props, "counts">): ReactElement {
  const { t, lang } = useWords();
  const id = useId();
  const query = useQuery({ queryKey: ["call-backs-queues", lang], queryFn: ({ signal }) => queueChoices(signal), staleTime: 60_000 });
  return (
    <div className="filter">
      <label htmlFor={id}>{t("callBacks.queue")}</label>
      <Select
        id={id}
        variant="borderless"
        mode="multiple"
        allowClear
        maxTagCount={1}
        maxTagPlaceholder={(left) => `+${left.length}`}
        value={[...shown.queues]}
        placeholder={t("list.all")}
        options={(query.data ?? []).map((queue) => ({ value: queue.value, label: queue.title }))}
        loading={query.isPending}
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={false}
        onChange={(queues: string[]) => change({ queues })}
      />
    </div>
  );
}
