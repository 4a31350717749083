// A row that has been dealt with leaves the list; the keyboard goes on with the row that came in its place.
import type { RefObject } from "react";
import { useEffect, useRef } from "react";

/** Looks whenever one of `changes` is another one. */
export function useFocusKept(list: RefObject<HTMLElement | null>, changes: readonly unknown[]): void {
  const inside = useRef(false);
  useEffect(() => {
    const note = (event: FocusEvent): void => {
      const to = event.target as HTMLElement;
      // A dialog above the list is a step on the way back to it.
      if (!to.closest("[role=dialog]")) inside.current = list.current?.contains(to) ?? false;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, [list]);
  useEffect(() => {
    if (inside.current && document.activeElement === document.body) list.current?.querySelector<HTMLElement>('tr[data-row][tabindex="0"]')?.focus();
  }, [list, ...changes]);
}
