// What the list of call-backs shows of a caller. Widths are fixed: a list that is asked anew every few seconds never reflows.
import { Button } from "antd";
import type { ReactElement, ReactNode } from "react";
import { Link } from "react-router";
import type { CallBack } from "../../api/call-backs.ts";
import { duration, figure, instant, NONE } from "../../resource/values.ts";
import type { Speech } from "../../text/words.ts";
import type { Column } from "../../view/grid.tsx";
import { centreZone } from "../../zone/centre.ts";
import { timeOf } from "../../zone/zone.ts";
import type { Deed } from "./deeds.ts";
import { StateWord } from "./state.tsx";

export interface Sight {
  /** Whether calls and customers may be opened from here. */
  readonly calls: boolean;
  readonly customers: boolean;
  /** Whether anything may be done at all. */
  readonly writes: boolean;
  readonly deeds: (row: CallBack) => readonly Deed[];
  readonly act: (row: CallBack, deed: Deed) => void;
}

export function callAddress(source: string, call: string): string {
  return `/calls/${encodeURIComponent(source)}/${encodeURIComponent(call)}`;
}

export function whoOf(row: CallBack, t: Speech["t"]): string {
  return row.number || t("callBacks.unknownNumber");
}

/** With the menu these are 1,150 px, which a screen of 1,366 has beside the console's own menu. */
const WIDTHS = {
  zh: { state: 116, next: 66, number: 124, times: 54, lost_at: 124, waited: 62, outcome: 54, queue: 96, customer: 80, who: 78, result: 104, note: 144 },
  en: { state: 124, next: 76, number: 116, times: 56, lost_at: 124, waited: 66, outcome: 96, queue: 92, customer: 88, who: 84, result: 98, note: 82 },
} as const;

export function columnsOf(sight: Sight, { t, lang }: Pick<Speech, "t" | "lang">): readonly Column<CallBack>[] {
  const column = (key: keyof (typeof WIDTHS)["zh"], cell: (row: CallBack) => ReactNode, numeric = false): Column<CallBack> => ({ key, title: t(`callBacks.columns.${key}`), width: WIDTHS[lang][key], numeric, cell });
  return [
    column("state", (row) => <StateWord state={row.state} />),
    ...(sight.writes ? [column("next", (row) => <Next row={row} sight={sight} t={t} />)] : []),
    column("number", (row) => <b>{sight.calls ? <Link to={callAddress(row.source, row.call)}>{whoOf(row, t)}</Link> : whoOf(row, t)}</b>),
    column("times", (row) => (row.times > 1 ? <b>{figure(row.times)}</b> : figure(row.times)), true),
    column("lost_at", (row) => instant(row.lost_at)),
    column("waited", (row) => (row.waited_ms === null ? <None /> : duration(row.waited_ms)), true),
    column("outcome", (row) => t(`callBacks.outcomes.${row.outcome}`)),
    column("queue", (row) => <Text text={row.queue_label ?? row.queue} />),
    column("customer", (row) => (row.customer_id && sight.customers ? <Link to={`/customers/${row.customer_id}`} title={row.customer_label ?? undefined}>{row.customer_label ?? row.customer_id}</Link> : <Text text={row.customer_label} />)),
    column("who", (row) => <Text text={row.user_label} />),
    column("result", (row) => <Outcome row={row} calls={sight.calls} t={t} />),
    column("note", (row) => <Text text={row.note} />),
  ];
}

function None(): ReactElement {
  return <span className="faint">{NONE}</span>;
}

function Text({ text }: { readonly text: string | null }): ReactElement {
  return text ? <span title={text.length > 6 ? text : undefined}>{text}</span> : <None />;
}

/** The next step on its own button; the others are in the row's menu. */
function Next({ row, sight, t }: { readonly row: CallBack; readonly sight: Sight; readonly t: Speech["t"] }): ReactElement | null {
  const [deed] = sight.deeds(row);
  if (!deed || deed === "reopen" || deed === "takeOver") return null;
  const word = t(`callBacks.deeds.${deed}`);
  return <Button size="small" tabIndex={-1} aria-label={`${word}: ${whoOf(row, t)}`} onClick={() => sight.act(row, deed)}>{word}</Button>;
}

/** What was said of it, or the call that settled it. */
function Outcome({ row, calls, t }: { readonly row: CallBack; readonly calls: boolean; readonly t: Speech["t"] }): ReactElement {
  if (row.result) return <>{t(`callBacks.results.${row.result}`)}</>;
  if ((row.state !== "repeated" && row.state !== "returned") || !row.settled_at) return <None />;
  const text = t("callBacks.settled", { time: timeOf(Date.parse(row.settled_at), centreZone()).slice(0, 5) });
  return calls && row.settled_source && row.settled_call ? <Link to={callAddress(row.settled_source, row.settled_call)} title={instant(row.settled_at)}>{text}</Link> : <span title={instant(row.settled_at)}>{text}</span>;
}
