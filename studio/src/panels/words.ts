/** Numbers as panels say them. */

import type { Estimate } from "ebbflow/metrics";

export const fixed = (value: number | undefined | null, digits = 3): string =>
  value === undefined || value === null || Number.isNaN(value)
    ? "–"
    : Number.isFinite(value)
      ? value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1")
      : value > 0
        ? "∞"
        : "−∞";

/** `0.123 to 0.456`; a dash where none is known. */
export const between = (low: number | undefined, high: number | undefined, digits = 3): string =>
  low === undefined || high === undefined || Number.isNaN(low) || Number.isNaN(high)
    ? "–"
    : `${fixed(low, digits)} to ${fixed(high, digits)}`;

export const interval = ({ interval: ends, standardError }: Estimate, digits = 3): string =>
  ends ? between(ends[0], ends[1], digits) : standardError === 0 ? "exact" : "–";

export const percent = (share: number | undefined): string =>
  share === undefined || Number.isNaN(share) ? "–" : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** A number of any size in a few digits. */
export const short = (value: number | undefined | null): string =>
  value === undefined || value === null || !Number.isFinite(value)
    ? "–"
    : value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
      ? value.toExponential(1)
      : String(Number(value.toPrecision(3)));

/** What a mode is called: where it is. */
export const placeOf = (center: readonly number[] | undefined): string =>
  center ? `(${center.map((c) => fixed(c, 1)).join(", ")})` : "";
