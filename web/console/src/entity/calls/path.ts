// The path of a call as stretches of time: menu, queue, ring, conversation, hold, work after it.

export interface Step {
  readonly at: string;
  readonly what: string;
  readonly queue?: string;
  readonly queue_label?: string | null;
  readonly agent?: string;
  readonly agent_label?: string | null;
  /** What was dialled, or to whom the call was handed. */
  readonly to?: string;
  readonly why?: string;
  readonly number?: number;
  readonly ms?: number;
}

export type Kind = "menu" | "queue" | "ring" | "talk" | "hold" | "wrap_up";

export interface Stretch {
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
  /** The queue or the agent. */
  readonly who: string;
}

export function readPath(steps: unknown): readonly Step[] {
  return Array.isArray(steps) ? (steps as Step[]).filter((step) => typeof step?.at === "string" && typeof step.what === "string") : [];
}

/** Steps with names in place of codes. Whom a call was handed to has the name that another step gives. */
export function named(steps: readonly Step[]): readonly Step[] {
  const pairs = steps.flatMap((step) => [[step.queue, step.queue_label], [step.agent, step.agent_label]] as const);
  const names = new Map(pairs.flatMap(([code, name]) => (code && name ? [[code, name] as const] : [])));
  const name = (code: string): string => names.get(code) ?? code;
  return steps.map((step) => ({ ...step, ...(step.queue ? { queue: name(step.queue) } : {}), ...(step.agent ? { agent: name(step.agent) } : {}), ...(step.to ? { to: name(step.to) } : {}) }));
}

/** What a step begins; null when it changes nothing that lasts. */
function begun(step: Step, queue: string): { readonly kind: Kind; readonly who: string } | null {
  switch (step.what) {
    case "started":
    case "leg_ended":
      return { kind: "menu", who: "" };
    case "queued":
      return { kind: "queue", who: step.queue ?? "" };
    case "ringing":
      return { kind: "ring", who: step.agent ?? "" };
    case "ring_missed":
      return { kind: "queue", who: step.queue ?? queue };
    case "answered":
    case "resumed":
      return { kind: "talk", who: step.agent ?? "" };
    case "held":
      return { kind: "hold", who: step.agent ?? "" };
    default:
      return null;
  }
}

/** Stretches from the first sign to the end; `until` ends a call that goes on. */
export function stretches(steps: readonly Step[], until: number): readonly Stretch[] {
  const found: Stretch[] = [];
  let open: { kind: Kind; who: string; from: number } | null = null;
  let queue = "";
  const close = (at: number): void => {
    if (open && at > open.from) found.push({ kind: open.kind, who: open.who, from: open.from, to: at });
    open = null;
  };
  let over = false;
  for (const step of steps) {
    const at = Date.parse(step.at);
    if (step.queue) queue = step.queue;
    if (step.what === "ended") {
      close(at);
      over = true;
    } else if (step.what === "wrapped_up" && step.ms) {
      found.push({ kind: "wrap_up", who: step.agent ?? "", from: at - step.ms, to: at });
    } else {
      const next = over ? null : begun(step, queue);
      if (next) {
        close(at);
        open = { ...next, from: at };
      }
    }
  }
  close(until);
  return found;
}
