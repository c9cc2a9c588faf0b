/** Where an energy is looked at: points of the user, else draws of its own law, else points of several sizes. */

import type { Energy } from "../energies/energy.js";
import { uniformStates } from "../energies/support.js";
import { normal } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import type { FloatTensor } from "../util/tensor.js";

export type Source = "given" | "exact" | "guessed";

export interface TypicalPoints {
  /** `n · size` numbers. */
  readonly rows: Float64Array;
  readonly source: Source;
  /** What they are, in words. */
  readonly words: string;
}

const EXACT = 256;
/** Standard deviations of guessed points, and how many there are of each. */
const SCALES = [0.1, 1, 10] as const;
const OF_EACH = 64;

/** Points at which the energy is looked at. */
export function typicalPoints(energy: Energy, given: FloatTensor | undefined, key: Key): TypicalPoints {
  const { event, support, exact } = energy;
  if (given) return { rows: Float64Array.from(given.data), source: "given", words: "the points given" };
  if (exact?.sample)
    return {
      rows: Float64Array.from(exact.sample(key, EXACT).data),
      source: "exact",
      words: "draws of the energy's own law",
    };
  if (support.kind !== "real")
    return {
      rows: uniformStates(support, event, OF_EACH * SCALES.length, key).data,
      source: "guessed",
      words: "uniform states",
    };
  const rows = SCALES.flatMap((scale) =>
    Array.from(normal(fold(key, `${scale}`), [OF_EACH, ...event], "float64").data, (v) => scale * v),
  );
  return { rows: Float64Array.from(rows), source: "guessed", words: `normal points of scale ${SCALES.join(", ")}` };
}
