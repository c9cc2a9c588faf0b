/** Models that know noise levels and whose truth is known, to hold objectives over levels against. */

import { type Energy, makeEnergy } from "../../src/energies/energy.js";
import type { Expr, Operand } from "../../src/ir/expr.js";
import { layoutOf } from "../../src/nn/layout.js";
import type { Model } from "../../src/objectives/objective.js";
import { add, addAll, div, log, mul, neg, sin, square, sub } from "../../src/ops/arithmetic.js";
import { full } from "../../src/ops/indexing.js";
import { less, where } from "../../src/ops/logic.js";
import { broadcastTo, reshape, slice, stack } from "../../src/ops/shape.js";
import { logSigmoid, logSumExp } from "../../src/ops/special.js";
import { normal } from "../../src/random/draw.js";
import type { Key } from "../../src/random/key.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { MODES, VARIANCE } from "./known-models.js";
import type { Pair } from "./score-models.js";

type Range = readonly [smallest: number, largest: number];

const part = (theta: Expr, i: number): Expr => slice(theta, 0, i, i + 1);
const column = (x: Expr, i: number): Expr => reshape(slice(x, 1, i, i + 1), [x.shape[0]!]);
/** One level a point. */
const each = (sigma: Operand, x: Expr): Expr =>
  typeof sigma === "number" ? full([x.shape[0]!], sigma) : broadcastTo(sigma, [x.shape[0]!]);

function levelledModel(
  event: readonly number[],
  names: readonly string[],
  noiseLevels: Range,
  smoothed: (x: Expr, sigma: Expr, theta: Expr) => Expr,
): Model {
  const at = (x: Expr, sigma: Operand, theta: Expr): Expr => smoothed(x, each(sigma, x), theta);
  const energy: Energy = makeEnergy({
    event,
    layout: layoutOf(Object.fromEntries(names.map((name) => [name, [1]]))),
    energy: (x, theta) => at(x, noiseLevels[0], theta),
    smoothed: at,
    noiseLevels,
  });
  return { event, energy };
}

/** `E(x, σ) = a |x|²/2(1 + σ²) + b sin(x₁ x₂)/(1 + σ²) + c log σ`: the law of nothing, with its host version. */
export const curvedLevels = {
  range: [0.2, 2] as const,
  model: levelledModel([2], ["a", "b", "c"], [0.2, 2], (points, sigma, theta) => {
    const [x, y] = [column(points, 0), column(points, 1)];
    const terms = add(mul(mul(0.5, part(theta, 0)), add(square(x), square(y))), mul(part(theta, 1), sin(mul(x, y))));
    return add(div(terms, add(1, square(sigma))), mul(part(theta, 2), log(sigma)));
  }),
  energy: ([x, y]: Pair, sigma: number, [a, b, c]: readonly number[]): number =>
    ((a! * (x * x + y * y)) / 2 + b! * Math.sin(x * y)) / (1 + sigma ** 2) + c! * Math.log(sigma),
  gradient([x, y]: Pair, sigma: number, [a, b]: readonly number[]): Pair {
    const [k, v] = [b! * Math.cos(x * y), 1 + sigma ** 2];
    return [(a! * x + k * y) / v, (a! * y + k * x) / v];
  },
};

/** `−log N(x; 0, v + σ²) + c log σ + k`: the truth for data of variance v at c = 0, with `log Z = −k` there. */
export const varianceLevels: Model = levelledModel([1], ["v", "c", "k"], [0.1, 3], (points, sigma, theta) => {
  const variance = add(part(theta, 0), square(sigma));
  const normal = mul(0.5, add(div(square(column(points, 0)), variance), log(mul(2 * Math.PI, variance))));
  return addAll([normal, mul(part(theta, 1), log(sigma)), part(theta, 2)]);
});

/** Below it the modes are told apart, and have a bias of their own. */
export const APART = 0.2;

/**
 * The two modes of `known-models.ts`, smoothed in closed form; the first has weight `σ(small)` at levels below `APART` and
 * `σ(large)` at those above. Normalised at every level.
 */
export const biasedLevels = (range: Range): Model =>
  levelledModel([2], ["small", "large"], range, (x, sigma, theta) => {
    const bias = where(less(sigma, APART), part(theta, 0), part(theta, 1));
    const variance = add(VARIANCE, square(sigma));
    const logs = MODES.map(([a, b], k) => {
      const distance = add(square(sub(column(x, 0), a!)), square(sub(column(x, 1), b!)));
      const logWeight = logSigmoid(k === 0 ? bias : neg(bias));
      return sub(logWeight, add(div(mul(0.5, distance), variance), log(mul(2 * Math.PI, variance))));
    });
    return neg(logSumExp(stack(logs, 1), 1));
  });

/** Rows of the two modes 2:1: every third is of the second, so that no part of the levels goes to one mode alone. */
export function twoToOne(key: Key, n: number): FloatTensor {
  const noise = normal(key, [n, 2]).data;
  return tensor(
    noise.map((v, i) => (Math.floor(i / 2) % 3 === 2 ? 1 : -1) + Math.sqrt(VARIANCE) * v),
    [n, 2],
  );
}

/** The levels of a batch as an iteration draws them, and the ladder of each row: its own first, then around the circle. */
export function ladders(level: FloatTensor, n: number, count: number, [smallest, largest]: Range): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: count }, (_, m) => {
      const place = (level.data[0]! + i / n + m / count) % 1;
      return smallest * (largest / smallest) ** place;
    }),
  );
}
