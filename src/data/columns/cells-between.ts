import type { ColumnMap } from "./column.js";

/** Part of an interval by which its end is passed, where the end itself is rounded into it. */
const NUDGE = 1e-6;

/**
 * The cells that stand for the coordinates from one to another, in their order; none where cells stand for no intervals.
 * @param most after so many there are no more: a range may be as long as a number is large.
 */
export function cellsBetween(
  { decode, interval }: Pick<ColumnMap, "decode" | "interval">,
  from: number,
  to: number,
  most = Number.POSITIVE_INFINITY,
): number[] {
  if (!interval) return [];
  const cells = [decode(from)];
  for (;;) {
    const last = cells.at(-1)!;
    const [low, high] = interval(last);
    if (!(high < to) || cells.length >= most) return cells;
    const next = [high, high + NUDGE * (high - low)].map(decode).find((cell) => cell !== last);
    // Beyond the last of them all is that one.
    if (next === undefined) return cells;
    cells.push(next);
  }
}
