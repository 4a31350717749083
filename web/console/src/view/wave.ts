// A waveform as one shape: each channel above and below its own middle line.

export const WIDTH = 1_000;
export const CHANNEL = 48;

/** The outline of a channel's peaks, for a drawing `WIDTH` wide with this channel `index` from the top. */
export function outline(peaks: readonly number[], index: number): string {
  const middle = CHANNEL * index + CHANNEL / 2;
  const step = WIDTH / Math.max(1, peaks.length);
  // Silence is a line, not nothing.
  const height = (peak: number): number => Math.max(0.5, (Math.min(255, Math.max(0, peak)) / 255) * (CHANNEL / 2 - 2));
  const point = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const above = peaks.map((peak, at) => point(at * step, middle - height(peak)));
  const below = peaks.map((peak, at) => point(at * step, middle + height(peak))).reverse();
  return peaks.length === 0 ? "" : `M${[...above, ...below].join("L")}Z`;
}
