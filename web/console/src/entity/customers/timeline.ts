// What happened with a customer, from all that was noted about them, newest first.
import type { Choices } from "../../api/calls.ts";
import { titleOf } from "../../api/calls.ts";
import type { Contact } from "../../api/customers.ts";
import type { Appointments, CustomerTransfers, FollowUps, Opportunities } from "../../api/schema.d.ts";
import { placeOf } from "../calls/question.ts";

/** Calls with the names of their queues and agents; what has none keeps its code. */
export function withNames(contacts: readonly Contact[], known: Choices | undefined): readonly Contact[] {
  return contacts.map((call) => ({
    ...call,
    queue: call.queue ? call.queue_label || titleOf(known?.queues, call.queue) : null,
    agent: call.agent ? call.agent_label || titleOf(known?.agents, call.agent) : null,
  }));
}

export type Kind = "call" | "follow_up" | "appointment" | "opportunity" | "transfer";

export interface Moment {
  readonly kind: Kind;
  readonly id: string;
  readonly at: string;
  /** The state, direction or action, as the server names it. */
  readonly what: string;
  /** What was written, or what it is about. */
  readonly text: string;
  readonly who: string;
}

export interface Noted {
  readonly contacts: readonly Contact[];
  readonly followUps: readonly FollowUps[];
  readonly appointments: readonly Appointments[];
  readonly opportunities: readonly Opportunities[];
  readonly transfers: readonly CustomerTransfers[];
}

export function timeline({ contacts, followUps, appointments, opportunities, transfers }: Noted): readonly Moment[] {
  const moments: Moment[] = [
    ...contacts.map((call, index) => ({ kind: "call" as const, id: call.source && call.call ? placeOf(call.source, call.call) : String(index), at: call.started_at, what: call.direction, text: call.queue ?? "", who: call.agent ?? "" })),
    ...followUps.map((row) => ({ kind: "follow_up" as const, id: row.id, at: row.created_at, what: row.kind ?? "other", text: row.content, who: row.user_id_label ?? "" })),
    ...appointments.map((row) => ({ kind: "appointment" as const, id: row.id, at: row.at, what: row.state ?? "open", text: row.subject, who: row.user_id_label ?? "" })),
    ...opportunities.map((row) => ({ kind: "opportunity" as const, id: row.id, at: row.created_at, what: row.state ?? "open", text: row.name, who: row.owner_id_label ?? "" })),
    ...transfers.map((row) => ({ kind: "transfer" as const, id: row.id, at: row.created_at, what: row.action, text: row.reason ?? "", who: row.to_id_label ?? "" })),
  ];
  return moments.sort((a, b) => b.at.localeCompare(a.at));
}

export interface Figures {
  readonly calls: number;
  readonly followUps: number;
  /** Appointments that are not done, and of these those whose time is over. */
  readonly open: number;
  readonly overdue: number;
  /** Sum of the opportunities that go on, in cents. */
  readonly cents: number;
  readonly last: string | null;
}

const cents = (amount: string | null): number => Math.round(Number(amount ?? 0) * 100);

export function figures(noted: Noted, now: string): Figures {
  const open = noted.appointments.filter((row) => row.state === "open");
  const past = [...noted.contacts.map((call) => call.started_at), ...noted.followUps.map((row) => row.created_at)].sort();
  return {
    calls: noted.contacts.length,
    followUps: noted.followUps.length,
    open: open.length,
    overdue: open.filter((row) => row.at <= now).length,
    cents: noted.opportunities.filter((row) => row.state === "open").reduce((sum, row) => sum + cents(row.amount), 0),
    last: past.at(-1) ?? null,
  };
}
