// Stands in for `@rc-component/util/es/Dom/dynamicCSS` in the build. The original writes <style> elements, which the page's
// policy forbids; these go into constructed style sheets, which are no inline styles.

interface Options {
  readonly priority?: number;
  readonly prepend?: boolean | "queue";
}

interface Entry {
  readonly key: string;
  readonly priority: number;
  readonly sheet: CSSStyleSheet;
  readonly stand: HTMLStyleElement;
}

const entries: Entry[] = [];

function adopt(): void {
  document.adoptedStyleSheets = entries.map((entry) => entry.sheet);
}

function insert(key: string, css: string, priority: number): HTMLStyleElement {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  // The element is never part of the page: callers hang marks on what they get.
  const stand = document.createElement("style");
  const after = entries.findIndex((entry) => entry.priority > priority);
  entries.splice(after < 0 ? entries.length : after, 0, { key, priority, sheet, stand });
  adopt();
  return stand;
}

/** Puts a sheet in under that key, or replaces what stands there. */
export function updateCSS(css: string, key: string, options: Options = {}): HTMLStyleElement {
  const found = entries.find((entry) => entry.key === key);
  if (!found) return insert(key, css, options.priority ?? 0);
  found.sheet.replaceSync(css);
  return found.stand;
}

/** Puts a sheet in that nobody asks for again. */
export function injectCSS(css: string, options: Options = {}): HTMLStyleElement {
  return insert("", css, options.priority ?? 0);
}

/** Takes the sheet of that key out. */
export function removeCSS(key: string): void {
  const index = entries.findIndex((entry) => entry.key === key);
  if (index < 0) return;
  entries.splice(index, 1);
  adopt();
}

/** The original remembers containers; there are none here. */
export function clearContainerCache(): void {}
