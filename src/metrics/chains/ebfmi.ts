/** Whether fresh momenta reach every level of energy the target has. */

import { z } from "zod";
import { isConstant, isFiniteArray, mean } from "../../util/moments.js";
import { metric } from "../metric.js";
import { type Chains, copyChains } from "./chains.js";

export interface EnergyInformation {
  /** E-BFMI of each chain; NaN for fewer than two draws, a constant, or a number that is not finite. */
  readonly values: Float64Array;
  /** The chains, from 0, whose value is below the threshold. */
  readonly low: readonly number[];
}

/** `Σ (E_t − E_{t−1})² / Σ (E_t − Ē)²` of one chain. */
function informationOf(energies: Float64Array): number {
  if (energies.length < 2 || !isFiniteArray(energies) || isConstant(energies)) return Number.NaN;
  const centre = mean(energies);
  let steps = 0;
  let spread = (energies[0]! - centre) ** 2;
  for (let t = 1; t < energies.length; t++) {
    steps += (energies[t]! - energies[t - 1]!) ** 2;
    spread += (energies[t]! - centre) ** 2;
  }
  return steps / spread;
}

/**
 * Energy Bayesian fraction of missing information of each chain, from the Hamiltonians `(chains, draws)` a sampler
 * reports. About `2(1 − ρ₁)` with `ρ₁` their autocorrelation: 2 when every momentum leads to an energy of its own, near 0
 * when the energy creeps and the tails are not reached. Of thinned draws it is too large.
 * Source: Betancourt (2016), whose threshold is 0.3.
 */
export const ebfmi = metric({
  name: "ebfmi",
  about: "Energy Bayesian fraction of missing information: below 0.3, momenta do not reach the tails.",
  cite: "Betancourt (2016), Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte Carlo",
  of: "chains",
  options: z.object({
    threshold: z.number().positive().default(0.3).describe("a chain below it is reported as low"),
  }),
  compute(hamiltonians: Chains, { threshold }): EnergyInformation {
    const { shape, data } = copyChains(hamiltonians);
    const [chains, draws] = shape;
    const values = Float64Array.from({ length: chains }, (_, c) =>
      informationOf(data.subarray(c * draws, (c + 1) * draws)),
    );
    return { values, low: [...values.keys()].filter((c) => values[c]! < threshold) };
  },
});
