import { addAll } from "../ops/arithmetic.js";
import { type Energy, makeEnergy } from "./energy.js";
import { joinParts, numbered } from "./parts.js";

/**
 * A product of experts, `p(x) ∝ Π pₖ(x)`: `E = Σ Eₖ`. Points that every part finds likely.
 * Nothing about its log Z follows from those of the parts, and smoothing a product is not smoothing its factors.
 * Parameters are those of the parts, named `0.…`, `1.…`.
 * Source: Hinton (2002), Training products of experts by minimizing contrastive divergence.
 * @throws InputError when there are no parts, or two are of different points.
 */
export function product(energies: readonly Energy[]): Energy {
  const { values, ...joined } = joinParts("product", numbered(energies));
  return makeEnergy({ ...joined, energy: (x, params) => addAll(values(x, params)) });
}
