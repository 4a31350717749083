// Light or dark: chosen on this machine, or as the system has it; and whether things move.
import { useSyncExternalStore } from "react";
import type { Shade } from "./theme.ts";

export type Choice = Shade | "system";

const KEPT = "callboard.theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

export function chosenShade(): Choice {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "system";
}

function shade(): Shade {
  const chosen = chosenShade();
  if (chosen !== "system") return chosen;
  return system.matches ? "dark" : "light";
}

function show(): void {
  document.documentElement.dataset["theme"] = shade();
  for (const listener of listeners) listener();
}

export function setShade(chosen: Choice): void {
  localStorage.setItem(KEPT, chosen);
  show();
}

system.addEventListener("change", show);
show();

export function useShade(): Shade {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, shade);
}

const less = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Whether the system asks for less motion. */
export function useStill(): boolean {
  return useSyncExternalStore(
    (listener) => {
      less.addEventListener("change", listener);
      return () => less.removeEventListener("change", listener);
    },
    () => less.matches,
  );
}
