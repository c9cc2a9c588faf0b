/** Axes: where they begin and end, and the numbers on them. */

import * as Plot from "@observablehq/plot";
import { formatNumber, powerOfTen } from "../format.js";
import { faint } from "../theme.js";

/** A scale with the places of its numbers; its grid is {@link gridOf}. */
export type Axis = Plot.ScaleOptions & { readonly domain: readonly [number, number] };

/** Least and greatest finite number; `[0, 1]` when there is none. */
export function rangeOf(values: Iterable<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of values)
    if (Number.isFinite(v)) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  return low <= high ? [low, high] : [0, 1];
}

/** A linear axis over a range, with a little air; a range of one number gets some room around it. */
export function linearAxis(label: string, [low, high]: readonly [number, number], air = 0.04): Axis {
  const room = high > low ? air * (high - low) : Math.max(0.5, Math.abs(high) * 0.1);
  return { label, domain: [low - room, high + room], ticks: 6 };
}

/** A logarithmic axis over a positive range: numbers at powers of ten, or at 1, 2 and 5 where those are few. */
export function logAxis(label: string, [low, high]: readonly [number, number]): Axis {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const step = Math.ceil((last - first) / 7);
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const within = (x: number): boolean => x >= low * (1 - 1e-9) && x <= high * (1 + 1e-9);
  const decades = powers.filter((k) => k % step === 0 && within(Number(`1e${k}`)));
  if (decades.length >= 3) {
    const ticks = decades.map((k) => Number(`1e${k}`));
    return {
      type: "log",
      label,
      domain: [low, high],
      ticks,
      tickFormat: (x: number) => powerOfTen(Math.round(Math.log10(x))),
    };
  }
  const ticks = powers.flatMap((k) => [1, 2, 5].map((f) => Number(`${f}e${k}`))).filter(within);
  return { type: "log", label, domain: [low, high], ticks, tickFormat: (x: number) => formatNumber(x, 2) };
}

/** Thin lines at the numbers of a y axis. */
export const gridOf = ({ ticks }: Axis): Plot.RenderableMark =>
  Plot.gridY({ stroke: faint, strokeOpacity: 1, ...(ticks === undefined ? {} : { ticks }) });
