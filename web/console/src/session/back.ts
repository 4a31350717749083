// Where a browser goes that was sent here to sign in.

/** The wall that a browser was sent here from; nothing else is gone to. */
export function back(search: string): string | null {
  const to = new URLSearchParams(search).get("to");
  return to !== null && (to === "/" || /^\/wall\/[\w-]+$/.test(to)) ? to : null;
}
