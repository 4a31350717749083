// A row that has been dealt with leaves the list; the keyboard goes on with the row that came in its place.
import type { RefObject } from "react";
import { useEffect, useRef } from "react";

export function useFocusKept(list: RefObject<HTMLElement | null>, rows: readonly unknown[]): void {
  const inside = useRef(false);
  useEffect(() => {
    const note = (event: FocusEvent): void => {
      inside.current = list.current?.contains(event.target as Node) ?? false;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, [list]);
  useEffect(() => {
    if (inside.current && document.activeElement === document.body) list.current?.querySelector<HTMLElement>('tr[data-row][tabindex="0"]')?.focus();
  }, [list, rows]);
}
