// Keys that work everywhere: `/` goes to the search field of the page.
import { useEffect } from "react";

function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

/** Whether a key at this place is nobody's: nothing that writes or that can be pressed has the focus. */
export function idle(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && (target.id === "page" || target.classList.contains("grid-scroll")));
}

/** Whether something of that kind floats above the page: a dialog, or only one that asks. */
export function floats(selector = "[role=dialog]"): boolean {
  return [...document.querySelectorAll(selector)].some((dialog) => dialog.getClientRects().length > 0);
}

export function useSearchKey(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
      const field = document.querySelector<HTMLInputElement>("input[data-search]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
