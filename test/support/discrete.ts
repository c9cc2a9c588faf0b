/** Discrete laws that are small enough to list: their probabilities, exact draws, and counts of what was drawn. */

import { type Support, uniformStates } from "../../src/energies/support.js";
import type { Expr } from "../../src/ir/expr.js";
import { countStates, statesOf } from "../../src/metrics/log-z/enumeration.js";
import { constant } from "../../src/ops/leaf.js";
import { categorical } from "../../src/random/choose.js";
import { normal } from "../../src/random/draw.js";
import type { Key } from "../../src/random/key.js";
import { evaluate } from "../../src/runtime/program.js";
import { type FloatTensor, type Shape, sizeOf, tensor } from "../../src/util/tensor.js";
import { chiSquareScore } from "./goodness.js";
import { numbers } from "./tensors.js";

/** Points `(n, ...event)` of a support: normal where it is real, else uniform. */
export const pointsOf = (support: Support, key: Key, n: number, event: Shape): FloatTensor =>
  support.kind === "real" ? normal(key, [n, ...event], "float64") : uniformStates(support, event, n, key);

/** The numbers of states, in the order of `statesOf`. @throws Error when a point is none. */
export function stateNumbers(support: Support, x: FloatTensor): Int32Array {
  const d = sizeOf(x.shape.slice(1));
  const q = support.kind === "categorical" ? support.categories : 1;
  const digit = (at: number): number => {
    if (support.kind === "binary") return support.values.indexOf(x.data[at]!);
    const own = Array.from(x.data.subarray(at, at + q) as ArrayLike<number>);
    const [zeros, ones] = [0, 1].map((value) => own.filter((v) => v === value).length);
    return ones === 1 && zeros === q - 1 ? own.indexOf(1) : -1;
  };
  return Int32Array.from({ length: x.shape[0]! }, (_, i) => {
    let state = 0;
    for (let at = i * d; at < (i + 1) * d; at += q) {
      const k = digit(at);
      if (k < 0)
        throw new Error(`row ${i} is no point of the support: ${x.data.subarray(i * d, (i + 1) * d).join(", ")}`);
      state = state * (support.kind === "binary" ? 2 : q) + k;
    }
    return state;
  });
}

export interface DiscreteLaw {
  readonly support: Support;
  readonly states: FloatTensor;
  readonly probabilities: readonly number[];
  /** Exact draws `(n, ...event)`, float64. */
  draw(key: Key, n: number): FloatTensor;
  /**
   * How far points `(n, ...event)` are from draws of the law, as a standard normal score by chi-square over all states:
   * above 4.5 with chance 3e-6.
   */
  score(x: FloatTensor): number;
}

/** The law `exp(−E)` of a small discrete support. */
export async function discreteLaw(energy: (x: Expr) => Expr, support: Support, event: Shape): Promise<DiscreteLaw> {
  const n = countStates(support, event);
  const states = statesOf(support, event, 0, n);
  const energies = numbers((await evaluate({ e: energy(constant(states)) })).e);
  const least = Math.min(...energies);
  const weights = energies.map((e) => Math.exp(least - e));
  const total = weights.reduce((a, b) => a + b, 0);
  const probabilities = weights.map((w) => w / total);
  const d = sizeOf(event);
  return {
    support,
    states,
    probabilities,
    draw(key, count) {
      const data = new Float64Array(count * d);
      for (const [i, s] of categorical(key, probabilities, [count]).entries())
        data.set(states.data.subarray(s * d, (s + 1) * d), i * d);
      return tensor(data, [count, ...event]);
    },
    score(x) {
      const counts = new Float64Array(n);
      for (const s of stateNumbers(support, x)) counts[s] = counts[s]! + 1;
      return chiSquareScore(counts, probabilities);
    },
  };
}
