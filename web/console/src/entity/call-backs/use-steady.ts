// Holds a list still while the pointer is on it.
import { useEffect, useRef } from "react";
import type { CallBack } from "../../api/call-backs.ts";
import type { Steady } from "./steady.ts";
import { steady } from "./steady.ts";

/** `question` says what `fresh` answers, null while that is not known: the answer to another question is shown as it comes. */
export function useSteady(fresh: readonly CallBack[], question: string | null, still: boolean): Steady {
  const kept = useRef<{ readonly question: string | null; readonly rows: readonly CallBack[] } | null>(null);
  const holds = still && question !== null && kept.current?.question === question;
  const now = holds && kept.current ? steady(kept.current.rows, fresh) : { rows: fresh, waiting: 0 };
  useEffect(() => {
    kept.current = { question, rows: now.rows };
  });
  return now;
}
