/** Rows scored by the rows a model was trained on, in its coordinates: a kernel density that needs no training. */

import { fitKernelDensity, type KernelDensity } from "../data/fit-kernel-density.js";
import { InputError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";
import { judgedBy, type RowScores } from "./in-units.js";
import type { TrainedParts } from "./parts.js";

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
export async function kernelScores(
  given: Given,
  rows: FloatTensor,
  { relativeTo }: { readonly relativeTo?: number },
): Promise<RowScores> {
  const n = rows.shape[0]!;
  if (relativeTo !== undefined && !(Number.isInteger(relativeTo) && relativeTo >= 0 && relativeTo < n))
    throw new InputError(`there is no row ${relativeTo + 1} to compare with; there are ${n}`);
  const { coordinates } = given.data;
  const density = densityOf(given);
  const points = coordinates.encode(rows);
  const { logDensity: inside, pValue, seen } = density.score(points);
  const bend = coordinates.bend(rows, points);
  const logDensity = inside.map((v, i) => v + bend[i]! - coordinates.logVolume);
  return {
    logDensity,
    withoutDensity: [...logDensity.keys()].filter((i) => !Number.isFinite(logDensity[i])),
    seen,
    ...(relativeTo === undefined ? {} : { logRatio: logDensity.map((v) => v - logDensity[relativeTo]!) }),
    ...judgedBy(negated(density.leftOut()), negated(inside), pValue),
    logZ: { value: 0, standardError: null, interval: null, from: "kernels, whose integral is 1", note: null },
  };
}
