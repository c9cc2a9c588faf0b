import { classEnergiesOf } from "../energies/evaluate.js";
import { NumericError } from "../util/errors.js";
import type { Rows } from "../util/rows.js";
import { type Tensor, tensor } from "../util/tensor.js";
import { type Density, rowsFor } from "./density.js";
import { widthFor } from "./large-points.js";

export interface ClassProbabilities {
  /** The most probable class of each row, from 0. */
  readonly classes: Int32Array;
  /** `p(y | x)`, `(n, classes)`; every row sums to 1. */
  readonly probabilities: Tensor<Float64Array>;
}

/**
 * `p(y | x)`, the softmax of `−E(x, ·)`, by an energy that knows classes. No log Z is needed. Energies in double
 * precision, but for those of images.
 * @throws InputError when the energy knows no classes. @throws ShapeError when x is not `(n, ...event)`, NumericError when
 * a row has no finite energy.
 */
export async function classProbabilities(model: Density, rows: Rows): Promise<ClassProbabilities> {
  const { energy, params } = model;
  const energies = classEnergiesOf(energy, widthFor(energy.event), model);
  const k = energy.classes!.count;
  const x = rowsFor("classProbabilities", model, rows);
  const n = x.shape[0]!;
  const probabilities = await energies(x, params);
  const classes = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const row = probabilities.subarray(i * k, (i + 1) * k);
    const least = Math.min(...row);
    if (!Number.isFinite(least))
      throw new NumericError(`classProbabilities: row ${i} (from 0) has no finite energy; look at it with doctor`);
    classes[i] = row.indexOf(least);
    const total = row.reduce((s, e) => s + Math.exp(least - e), 0);
    for (let y = 0; y < k; y++) row[y] = Math.exp(least - row[y]!) / total;
  }
  return { classes, probabilities: tensor(probabilities, [n, k]) };
}
