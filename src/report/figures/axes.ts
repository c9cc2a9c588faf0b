/** Axes: where they begin and end, and the numbers on them. */

import * as Plot from "@observablehq/plot";
import { formatNumber, powerOfTen } from "../format.js";
import { faint } from "../theme.js";
import type { Mark } from "./mark.js";

/** A scale with the places of its numbers and how they are written; its grid is {@link gridOf}. */
export interface Axis {
  readonly type?: "linear" | "log";
  /** `null` for an axis that is not drawn. */
  readonly axis?: null;
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  tickFormat(x: number): string;
}

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

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `x`. */
export function niceStep(x: number): number {
  const exponent = Math.floor(Math.log10(x));
  const factor = [1, 2, 2.5, 5, 10].find((f) => Number(`${f}e${exponent}`) >= x * (1 - 1e-9)) ?? 10;
  return Number(`${factor}e${exponent}`);
}

/** A power of ten that all numbers of an axis share, where they are too large or too small to be written out; else 0. */
function sharedExponent(most: number): number {
  const exponent = Math.floor(Math.log10(most));
  return exponent >= 6 || exponent < -3 ? exponent : 0;
}

/**
 * A linear axis over a range, with a little air and at most 7 numbers, or as many as are asked for; a range of one number
 * gets some room around it.
 * Numbers beyond a million or below a thousandth are written as multiples of a power of ten, which the label names.
 */
export function linearAxis(label: string, [low, high]: readonly [number, number], air = 0.04, most = 7): Axis {
  const room = high > low ? air * (high - low) : Math.abs(high) * 0.1 || 0.5;
  const domain = [low - room, high + room] as const;
  const step = niceStep((domain[1] - domain[0]) / (most - 1));
  const first = Math.ceil(domain[0] / step - 1e-9);
  const count = Math.floor(domain[1] / step + 1e-9) - first + 1;
  const shared = sharedExponent(Math.max(...domain.map(Math.abs)));
  const decimals = Math.min(12, decimalsOf(step) + shared);
  const digits = { minimumFractionDigits: Math.max(0, decimals), maximumFractionDigits: Math.max(0, decimals) };
  return {
    label: shared === 0 ? label : `${label} (×${powerOfTen(shared)})`,
    domain,
    ticks: Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12))),
    tickFormat: (x: number) =>
      (x / 10 ** shared)
        .toLocaleString("en-US", digits)
        .replace(/^-0(\.0*)?$/, "0$1")
        .replace("-", "−"),
  };
}

/** Decimals of a round number: 2 for 0.25, −3 for 5000. */
const decimalsOf = (step: number): number => {
  const [mantissa, exponent] = step.toExponential().split("e") as [string, string];
  return (mantissa.split(".")[1]?.length ?? 0) - Number(exponent);
};

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
export const gridOf = ({ ticks }: Axis): Mark => Plot.gridY({ stroke: faint, strokeOpacity: 1, ticks });
