/** Smoothing by numerical integration: what energies that know their smoothed selves are checked against. */

import type { Energy } from "../../src/energies/energy.js";
import { sub } from "../../src/ops/arithmetic.js";
import { constant } from "../../src/ops/leaf.js";
import { logSumExp } from "../../src/ops/special.js";
import { evaluate } from "../../src/runtime/program.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { numbers } from "./tensors.js";

/** Nodes a side, and how many σ the grid reaches: far, because in a tail the mass lies aside of the point. */
const [SIDE, REACH] = [281, 14];

/**
 * `−log ∫ exp(−E(x − y)) N(y; 0, σ² I) dy` at points `(n, 2)`, in float64. On smooth densities that are resolved the
 * trapezoidal rule converges faster than any power of its spacing.
 */
export async function convolvedEnergies(energy: Energy, points: FloatTensor, sigma: number): Promise<number[]> {
  const step = (2 * REACH * sigma) / (SIDE - 1);
  const node = (i: number): number => i * step - REACH * sigma;
  const found: number[] = [];
  for (let n = 0; n < points.shape[0]!; n++) {
    const shifted = new Float64Array(2 * SIDE ** 2);
    const logWeights = new Float64Array(SIDE ** 2);
    for (let k = 0; k < SIDE ** 2; k++) {
      const [a, b] = [node(Math.floor(k / SIDE)), node(k % SIDE)];
      shifted[2 * k] = points.data[2 * n]! - a;
      shifted[2 * k + 1] = points.data[2 * n + 1]! - b;
      logWeights[k] = -(a * a + b * b) / (2 * sigma ** 2) + Math.log(step ** 2 / (2 * Math.PI * sigma ** 2));
    }
    const total = logSumExp(sub(constant(tensor(logWeights)), energy(constant(tensor(shifted, [SIDE ** 2, 2])))));
    found.push(-numbers((await evaluate({ total })).total)[0]!);
  }
  return found;
}
