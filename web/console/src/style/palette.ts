// Reads the colours of one theme out of the shared style sheet.

/** A function that gives the colour of that name; a name that is not there is an error of ours and says so. */
export function readPalette(css: string, shade: string): (name: string) => string {
  const block = css.split(`[data-theme="${shade}"]`)[1]?.split("}")[0] ?? "";
  const colours = new Map([...block.matchAll(/--([a-z0-9-]+):\s*([^;]+);/g)].map((found) => [found[1], found[2]]));
  return (name) => {
    const colour = colours.get(name);
    if (colour === undefined) throw new Error(`the palette has no ${name} in ${shade}`);
    return colour;
  };
}
