/** Small discrete models whose law is known state by state, and how far a kernel takes exact draws from it. */

import type { Energy } from "../../src/energies/energy.js";
import { isingEnergy } from "../../src/energies/ising.js";
import { pottsEnergy } from "../../src/energies/potts.js";
import { rbmEnergy } from "../../src/energies/rbm.js";
import { constant } from "../../src/ops/leaf.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import type { Kernel } from "../../src/samplers/sampler.js";
import { type Target, targetOf } from "../../src/samplers/target.js";
import { cast, type FloatTensor, tensor } from "../../src/util/tensor.js";
import { type DiscreteLaw, discreteLaw } from "./discrete.js";
import { hostKernel } from "./host-kernel.js";

export interface DiscreteTarget {
  readonly name: string;
  readonly energy: Energy;
  readonly params: FloatTensor;
}

const none = tensor(new Float32Array(0));

/** An open lattice, a lattice of categories, and a machine with hidden units; nothing in them is symmetric. */
export const discreteTargets: readonly DiscreteTarget[] = [
  {
    name: "Ising 3 by 3",
    energy: isingEnergy([3, 3], { coupling: 0.4, field: 0.15, boundary: "free", learn: false }),
    params: none,
  },
  {
    name: "Potts 2 by 2 of 3",
    energy: pottsEnergy([2, 2, 3], { coupling: 0.7, field: [0.5, 0, -0.3], boundary: "free", learn: false }),
    params: none,
  },
  {
    name: "RBM of 6",
    energy: rbmEnergy([6], { hiddenUnits: 3, weightScale: 1 }),
    params: normal(makeKey(51), [6 * 3 + 6 + 3]),
  },
];

/** The model as kernels see it. */
export const kernelTarget = (
  { energy, params }: DiscreteTarget,
  chains: number,
  dtype: "float32" | "float64" = "float32",
): Target => targetOf({ energy }, { params: constant(cast(params, dtype)) }, chains);

export const lawOf = ({ energy, params }: DiscreteTarget): Promise<DiscreteLaw> =>
  discreteLaw((x) => energy(x, constant(cast(params, "float64"))), energy.support, energy.event);

const EXACT_DRAWS = 32768;
const STEPS = 3;

type Make = (target: Target) => Kernel;

/** The score of exact draws after a few steps: above 4.5 with chance 3e-6 if the kernel leaves the law invariant. */
export async function invarianceScore(make: Make, target: DiscreteTarget): Promise<number> {
  const law = await lawOf(target);
  const key = fold(makeKey(52), target.name);
  const kernel = await hostKernel(make, kernelTarget(target, EXACT_DRAWS), "float32");
  const exact = cast(law.draw(fold(key, "exact"), EXACT_DRAWS), "float32");
  const { state } = await kernel.walk(await kernel.init(exact), fold(key, "walk"), STEPS);
  return law.score(state.x as FloatTensor);
}

/** The score of chains that all start in the least likely state, after steps. */
export async function arrivalScore(make: Make, target: DiscreteTarget, steps: number): Promise<number> {
  const chains = 1024;
  const law = await lawOf(target);
  const key = fold(makeKey(53), target.name);
  const rarest = law.probabilities.indexOf(Math.min(...law.probabilities));
  const d = law.states.data.length / law.states.shape[0]!;
  const start = Float32Array.from({ length: chains * d }, (_, i) => law.states.data[rarest * d + (i % d)]!);
  const kernel = await hostKernel(make, kernelTarget(target, chains), "float32");
  const at = await kernel.init(tensor(start, [chains, ...target.energy.event]));
  return law.score((await kernel.walk(at, key, steps)).state.x as FloatTensor);
}
