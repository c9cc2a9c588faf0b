import { energyOf } from "../energies/evaluate.js";
import { ShapeError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";
import { countRows, type Density } from "./density.js";

/**
 * `log p(a) − log p(b) = E(b) − E(a)`, row by row, in nats: `(n)`. The constant log Z cancels, so the ratio is exact,
 * whatever is known of Z. Computed in float64.
 * @throws ShapeError when a and b are not both `(n, ...event)`, InputError when parameters are missing.
 */
export async function logRatio(model: Density, a: FloatTensor, b: FloatTensor): Promise<Float64Array> {
  const [n, m] = [countRows("logRatio", model, a), countRows("logRatio", model, b)];
  if (n !== m) throw new ShapeError(`logRatio: ${n} rows against ${m}; they are compared row by row, so give as many`);
  const energy = energyOf(model.energy, "float64");
  const [ofA, ofB] = [await energy(a, model.params), await energy(b, model.params)];
  return ofB.map((e, i) => e - ofA[i]!);
}
