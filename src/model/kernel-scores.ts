/** Rows scored by the rows a model was trained on, in its coordinates: a kernel density that needs no training. */

import { fitKernelDensity, type KernelDensity } from "../data/fit-kernel-density.js";
import { InputError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";
import { beyondNumbers } from "./beyond-numbers.js";
import { expectRow, judgedBy } from "./in-units.js";
import type { TrainedParts } from "./parts.js";
import { joined, type RowScorer } from "./row-scorer.js";

const negated = (x: Float64Array): Float64Array => x.map((v) => -v);

type Given = Pick<TrainedParts, "model" | "data" | "config">;

/** The density of the training rows that the model keeps. @throws InputError where there can be none. */
function densityOf({ model, data: { coordinates, seen }, config }: Given): KernelDensity {
  const { support } = model.energy ?? {};
  if (support && support.kind !== "real")
    throw new InputError(`kernels are for real numbers, and ${config.energy.name} is an energy of discrete points`);
  const known = coordinates.encode(coordinates.decode(seen.train));
  return fitKernelDensity(known, { columns: coordinates.names });
}

/** The energy of the kernels, in the coordinates of the model. */
export function kernelEnergies(given: Given): (points: FloatTensor) => Promise<Float64Array> {
  const density = densityOf(given);
  return async (points) => negated(density.logDensity(points));
}

/**
 * Log-densities by kernels on the training rows that the model keeps, and p-values among these, each row compared with
 * rows that the kernel of its own is left out for: none has to be held out. Cells that stand for an interval are its middle.
 * @throws InputError for rows of discrete points, too few training rows, or no row to compare with.
 */
export function kernelScorer(given: Given): RowScorer<FloatTensor> {
  const { coordinates } = given.data;
  const density = densityOf(given);
  const [insides, pValues, logDensities]: [Float64Array[], Float64Array[], Float64Array[]] = [[], [], []];
  const seen: number[] = [];
  let n = 0;
  return {
    async add(rows) {
      const points = coordinates.encode(rows);
      const own = density.score(points);
      const bend = coordinates.bend(rows, points);
      const found = own.logDensity.map((v, i) => v + bend[i]! - coordinates.logVolume);
      const logDensity = negated(beyondNumbers(negated(found), points));
      insides.push(negated(beyondNumbers(negated(own.logDensity), points)));
      pValues.push(own.pValue);
      logDensities.push(logDensity);
      for (const row of own.seen) seen.push(n + row);
      n += logDensity.length;
      return negated(logDensity);
    },
    async scores({ relativeTo } = {}) {
      expectRow(relativeTo, n);
      const logDensity = joined(logDensities);
      return {
        logDensity,
        withoutDensity: [...logDensity.keys()].filter((i) => logDensity[i] === Number.NEGATIVE_INFINITY),
        seen,
        ...(relativeTo === undefined ? {} : { logRatio: logDensity.map((v) => v - logDensity[relativeTo]!) }),
        ...judgedBy(negated(density.leftOut()), negated(joined(insides)), joined(pValues)),
        logZ: { value: 0, standardError: null, interval: null, from: "kernels, whose integral is 1", note: null },
      };
    },
  };
}
