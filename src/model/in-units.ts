/** What a density answers, for rows in the units of its data. */

import type { KnownLogZ } from "../evaluation/known-log-z.js";
import { type ClassProbabilities, classProbabilities } from "../inference/class-probabilities.js";
import type { Density } from "../inference/density.js";
import { conformalPValues } from "../metrics/intervals/conformal.js";
import { type OutlierShare, outlierShare } from "../metrics/intervals/outlier-share.js";
import { type TailPValues, tailPValues } from "../metrics/intervals/tail-p-values.js";
import { InputError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";

export interface RowScores {
  /** `log p(x)` of each row, in nats and in the units of the data; it carries the error of `logZ`. */
  readonly logDensity: Float64Array;
  /** `log p(x) − log p(x₀)` with a row x₀ to compare with, in nats: log Z cancels, so it carries no error of it. */
  readonly logRatio?: Float64Array;
  /** Conformal p-value of each row: how often a row like those held out is as unlikely. Needs no log Z. */
  readonly pValue: Float64Array;
  /**
   * Rows, from 0, whose log-density is NaN or −∞. They are outliers whatever else is, though the least p-value there is,
   * which they have, may not be enough among many rows.
   */
  readonly withoutDensity: readonly number[];
  /** Rows that the p-values are made with. */
  readonly calibration: number;
  /** The same p-values, continued below the least that counting gives by the tail of the energies; `null` for few rows. */
  readonly tail: TailPValues | null;
  /** How many of the rows are unlike the data, as far as their p-values tell. */
  readonly share: OutlierShare;
  /** Rows, from 0, that coincide with rows they are compared with and so have p-values that are too large, where that is known. */
  readonly seen?: readonly number[];
  readonly logZ: KnownLogZ;
}

/** What p-values say, and those beyond them. @param heldOut energies of rows that `energies` are compared with. */
export const judgedBy = (
  heldOut: Float64Array,
  energies: Float64Array,
  pValue: Float64Array,
): Pick<RowScores, "pValue" | "calibration" | "tail" | "share"> => ({
  ...{ pValue, calibration: heldOut.length, tail: tailPValues(heldOut, energies) },
  share: outlierShare(pValue, heldOut.length),
});

/** @throws InputError for a row to compare with that is none of `n`. */
export function expectRow(relativeTo: number | undefined, n: number): void {
  if (relativeTo !== undefined && !(Number.isInteger(relativeTo) && relativeTo >= 0 && relativeTo < n))
    throw new InputError(`there is no row ${relativeTo + 1} to compare with; there are ${n}`);
}

/** @throws InputError when no rows were held out, or there is no such row to compare with. */
export async function scoreRows(
  given: {
    readonly energies: Float64Array;
    readonly heldOut: Float64Array;
    logZ(): Promise<KnownLogZ>;
    shift(): Promise<number>;
  },
  { relativeTo }: { readonly relativeTo?: number },
): Promise<RowScores> {
  const { energies, heldOut } = given;
  if (heldOut.length === 0)
    throw new InputError("no rows were held out, so there is nothing to compare with; train with data.test above 0");
  expectRow(relativeTo, energies.length);
  const shift = await given.shift();
  return {
    logDensity: energies.map((e) => -e - shift),
    withoutDensity: [...energies.keys()].filter((i) => !(energies[i]! < Number.POSITIVE_INFINITY)),
    ...(relativeTo === undefined ? {} : { logRatio: energies.map((e) => energies[relativeTo]! - e) }),
    ...judgedBy(heldOut, energies, conformalPValues(heldOut, energies)),
    logZ: await given.logZ(),
  };
}

/** `p(y | x)` of standardised rows. @throws InputError when there were no labels, or the energy knows no classes. */
export function classesOf(
  density: Density,
  { labels }: { readonly labels?: unknown },
  x: FloatTensor,
): Promise<ClassProbabilities> {
  if (!labels)
    throw new InputError(
      "the model was trained on rows without labels; train it with labels, or give one model a class",
    );
  if (!density.energy.classes)
    throw new InputError("the energy knows no classes; train a classifier, by the objective jem");
  return classProbabilities(density, x);
}
