// The shapes that stand beside every colour: states of agents, levels, marks. Drawn in a box of 24.
import type { ComponentChildren } from "preact";
import type { Level } from "../frames";

function Shape(props: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <svg class={`shape ${props.name}`} viewBox="0 0 24 24" aria-hidden="true">
      {props.children}
    </svg>
  );
}

const line = { fill: "none", stroke: "currentColor", "stroke-linecap": "round" } as const;

const states = {
  talking: <circle cx="12" cy="12" r="9" fill="currentColor" />,
  hold: <path d="M5 3h5v18H5zM14 3h5v18h-5z" fill="currentColor" />,
  ringing: (
    <>
      <circle cx="12" cy="12" r="3.6" fill="currentColor" />
      <path d="M6.4 5.2a9.2 9.2 0 0 0 0 13.6M17.6 5.2a9.2 9.2 0 0 1 0 13.6" {...line} stroke-width="2.4" />
    </>
  ),
  wrap_up: <path d="M3 5.2h18M3 12h12.5M3 18.8h7" {...line} stroke-linecap="butt" stroke-width="3.4" />,
  ready: <circle cx="12" cy="12" r="7.6" {...line} stroke-width="3.4" />,
  paused: <path fill-rule="evenodd" d="M4 3h16a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zm3 7.4v3.2h10v-3.2z" fill="currentColor" />,
  other_call: <path d="M12 1.8 22.2 12 12 22.2 1.8 12z" fill="currentColor" />,
  not_responding: <path d="M4.5 4.5l15 15M19.5 4.5l-15 15" {...line} stroke-linecap="butt" stroke-width="4.6" />,
  offline: <path d="M4.5 12h15" {...line} stroke-linecap="butt" stroke-width="3.4" />,
};

/** The agents' states in the order of a ring and its legend. */
export const STATE_ORDER = ["talking", "hold", "ringing", "wrap_up", "ready", "paused", "other_call", "not_responding", "offline"] as const;

/** The shape of an agent's state, in its colour. */
export function StateShape({ state }: { readonly state: string }) {
  const known = STATE_ORDER.find((name) => name === state) ?? "offline";
  return <Shape name={`state-${known}`}>{states[known]}</Shape>;
}

/** Triangle for a warning, octagon for critical. */
export function LevelShape({ level }: { readonly level: Level }) {
  return level === "warning" ? (
    <Shape name="level-warning">
      <path d="M12 2.2 23 21.6H1z" fill="currentColor" stroke="currentColor" stroke-width="1" stroke-linejoin="round" />
      <path class="hole" d="M10.8 8.6h2.4l-.4 6.6h-1.6zM10.7 16.8h2.6v2.5h-2.6z" />
    </Shape>
  ) : (
    <Shape name="level-critical">
      <path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z" fill="currentColor" />
      <path class="hole" d="M10.4 5.4h3.2l-.6 8.4h-2zM10.4 15.6h3.2v3h-3.2z" />
    </Shape>
  );
}

/** Figures that lack a part: a disc without its quarter. */
export function PartialShape() {
  return (
    <Shape name="partial">
      <path d="M12 3a9 9 0 1 0 9 9h-9z" fill="currentColor" />
      <path d="M15 2.6v6.4h6.4" {...line} stroke-width="1.8" stroke-dasharray="1.8 2.6" />
    </Shape>
  );
}

/** A clock, for figures that stand still. */
export function ClockShape() {
  return (
    <Shape name="clock">
      <circle cx="12" cy="12" r="9" {...line} stroke-width="2.4" />
      <path d="M12 6.8V12l3.6 2.2" {...line} stroke-width="2.4" />
    </Shape>
  );
}

/** A source that speaks. */
export function CheckShape() {
  return (
    <Shape name="check">
      <path d="M3.5 12.5l5.6 5.6L20.5 6.4" {...line} stroke-linecap="butt" stroke-width="3.4" />
    </Shape>
  );
}

/** A source read from a file. */
export function FileShape() {
  return (
    <Shape name="file">
      <path d="M5.5 2.5h8.6l4.4 4.4v14.6h-13z" {...line} stroke-width="2.2" stroke-linejoin="round" />
    </Shape>
  );
}

/** A notice. */
export function HornShape() {
  return (
    <Shape name="horn">
      <path d="M2.8 9h3.6l7-5v16l-7-5H2.8z" {...line} stroke-width="2.2" stroke-linejoin="round" />
      <path d="M17 8.4a5 5 0 0 1 0 7.2M19.8 5.8a8.6 8.6 0 0 1 0 12.4" {...line} stroke-width="2.2" />
    </Shape>
  );
}

/** More or less than before. */
export function ChangeShape({ up }: { readonly up: boolean }) {
  return <Shape name="change">{<path d={up ? "M12 5l9 15H3z" : "M12 20L3 5h18z"} fill="currentColor" />}</Shape>;
}

/** The product's mark. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 40 40" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="3">
      <path d="M2.5 2.5h35v35h-35z" />
      <path d="M3 13.5c8 0 9 6 17 6s9-6 17-6M3 24.5c8 0 9 6 17 6s9-6 17-6" />
    </svg>
  );
}
