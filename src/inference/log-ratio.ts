import { energyOf } from "../energies/evaluate.js";
import { ShapeError } from "../util/errors.js";
import type { Rows } from "../util/rows.js";
import { type Density, rowsFor } from "./density.js";

/**
 * `log p(a) − log p(b) = E(b) − E(a)`, row by row, in nats: `(n)`. The constant log Z cancels, so the ratio is exact,
 * whatever is known of Z. Computed in float64.
 * @throws ShapeError when a and b are not both `(n, ...event)`, InputError when parameters are missing.
 */
export async function logRatio(model: Density, a: Rows, b: Rows): Promise<Float64Array> {
  const [above, below] = [rowsFor("logRatio", model, a), rowsFor("logRatio", model, b)];
  const [n, m] = [above.shape[0], below.shape[0]];
  if (n !== m) throw new ShapeError(`logRatio: ${n} rows against ${m}; they are compared row by row, so give as many`);
  const energy = energyOf(model.energy, "float64", model);
  const [ofA, ofB] = [await energy(above, model.params), await energy(below, model.params)];
  return ofB.map((e, i) => e - ofA[i]!);
}
