import { mul, sub } from "../ops/arithmetic.js";
import { type Energy, makeEnergy } from "./energy.js";
import { expectPositive, joinParts } from "./parts.js";

/**
 * One energy and not another, `p(x) ∝ p_a(x) / p_b(x)^α`: `E = E_a − α E_b`. Points that `energy` finds likely and
 * `unlike` does not.
 *
 * It is a density only where its exponential can be integrated. On a discrete support that is always so. On real points
 * it is so where `E_b` is bounded above, and where `E_a` grows faster than `α E_b`: of two Gaussians with standard
 * deviations a and b, where `1/a² > α/b²`. Elsewhere the energy falls without end and chains leave for infinity: nothing
 * here can tell, so choose α small (0.01 in the source), or bound `unlike` by a tilt.
 * Parameters are those of the parts, named `energy.…` and `unlike.…`.
 * Source: Du, Li & Mordatch (2020), Compositional visual generation with energy based models.
 * @throws InputError unless the two are of the same points and α is positive and finite.
 */
export function negate(energy: Energy, unlike: Energy, alpha: number): Energy {
  expectPositive("negate: alpha", alpha);
  const { values, ...joined } = joinParts("negate", { energy, unlike });
  return makeEnergy({
    ...joined,
    energy(x, params) {
      const [own, other] = values(x, params);
      return sub(own!, mul(alpha, other!));
    },
  });
}
