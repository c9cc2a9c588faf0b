/** The box and the grid that a density of one or two columns is looked at on. */

import { distributionOf } from "../config/prepare.js";
import { rangeOf } from "../report/figures/axes.js";
import type { RunView } from "./view.js";

/** A column's range with room around it, or the box of the distribution behind it. */
export function boxOf({ run, rows }: RunView): (readonly [number, number])[] {
  const distribution = distributionOf(run.config);
  const d = rows.shape[1] ?? 0;
  return Array.from({ length: d }, (_, j) => {
    const known = distribution?.box[j];
    if (known) return known;
    const [low, high] = rangeOf(Array.from(rows.data).filter((__, i) => i % d === j));
    const room = 0.15 * (high - low);
    return [low - room, high + room] as const;
  });
}
