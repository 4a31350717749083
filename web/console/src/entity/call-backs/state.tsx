// The state of a call-back as a drawing and a word.
import type { ReactElement } from "react";
import type { State } from "../../api/call-backs.ts";
import { useWords } from "../../text/words.ts";

/** A ring, a ring half full, a tick, an arrow towards us, an arrow away from us. */
const DRAWINGS: Readonly<Record<State, ReactElement>> = {
  open: <circle cx="8" cy="8" r="5.2" />,
  taken: <><circle cx="8" cy="8" r="5.2" /><path d="M8 2.8a5.2 5.2 0 0 1 0 10.4z" fill="currentColor" /></>,
  done: <path d="M3 8.5l3.5 3.5L13 4.5" />,
  repeated: <path d="M12.5 3.5l-8 8M4.5 6v5.5H10" />,
  returned: <path d="M3.5 12.5l8-8M6 4.5h5.5V10" />,
};

export function StateMark({ state }: { readonly state: State }): ReactElement {
  return (
    <svg className={`icon back-mark back-${state}`} viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {DRAWINGS[state]}
    </svg>
  );
}

export function StateWord({ state }: { readonly state: State }): ReactElement {
  const { t } = useWords();
  return (
    <span className="back-state">
      <StateMark state={state} /> {t(`callBacks.states.${state}`)}
    </span>
  );
}
