/** What is known exactly of restricted Boltzmann machines with one small layer, by enumerating it. On the host. */

import { categorical } from "../random/choose.js";
import { uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { InputError, ShapeError } from "../util/errors.js";
import { type Tensor, tensor } from "../util/tensor.js";
import { bernoulliLogSum, visitBernoulli } from "./bernoulli-log-sum.js";
import { type Enumeration, logSum, MOST_ENUMERATED, visitStates } from "./enumerate-layer.js";
import { gaussianRbmLayout, rbmLayout } from "./rbm-layout.js";

/** Numbers of units. */
export interface RbmSizes {
  readonly visible: number;
  readonly hidden: number;
}

/** Whether a machine is summed in seconds: so many states of the smaller layer, each with the units of the other. */
export const isQuick = ({ visible, hidden }: RbmSizes, layer: Layer = smaller({ visible, hidden })): boolean => {
  const [units, others] = layer === "hidden" ? [hidden, visible] : [visible, hidden];
  return units <= MOST_ENUMERATED && 2 ** units * others <= 2 ** 31;
};

/** `Σᵢ log(1 + exp(xᵢ))`, by one logarithm for many factors between 1 and 2. */
function softplusSum(x: Float64Array): number {
  let [sum, product] = [0, 1];
  for (let i = 0; i < x.length; i++) {
    const field = x[i]!;
    if (field > 0) sum += field;
    product *= 1 + Math.exp(-Math.abs(field));
    if (i % 512 === 511) [sum, product] = [sum + Math.log(product), 1];
  }
  return sum + Math.log(product);
}

/** A Bernoulli machine seen from one of its layers. */
function bernoulliFrom(params: ArrayLike<number>, { visible: n, hidden: m }: RbmSizes, layer: Layer): Enumeration {
  const { size } = rbmLayout(n, m);
  if (params.length !== size)
    throw new ShapeError(`rbm: ${params.length} parameters, and ${n} visible and ${m} hidden units have ${size}`);
  const flat = Float64Array.from(params);
  const [b, c] = [flat.subarray(n * m, n * m + n), flat.subarray(n * m + n)];
  return layer === "hidden"
    ? { bias: c, offset: b, weight: (j, i) => flat[i * m + j]!, log: softplusSum }
    : { bias: b, offset: c, weight: (j, i) => flat[j * m + i]!, log: softplusSum };
}

type Layer = "visible" | "hidden";
const smaller = ({ visible, hidden }: RbmSizes): Layer => (hidden <= visible ? "hidden" : "visible");

/**
 * Log Z of a Bernoulli machine, `log Σ_h exp(c·h) Πᵢ (1 + exp(bᵢ + (W h)ᵢ))`, or the same sum over the visible layer.
 * @param params flat, as `rbmLayout` says.
 * @param layer the one that is enumerated; the smaller one unless said.
 * @throws InputError when it has more than 25 units. @throws ShapeError when the parameters do not fit.
 */
export const rbmLogZ = (params: ArrayLike<number>, sizes: RbmSizes, layer: Layer = smaller(sizes)): number =>
  bernoulliLogSum("rbmLogZ", bernoulliFrom(params, sizes, layer));

/**
 * Exact moments of a Bernoulli machine in the layout of its parameters: `⟨vᵢ hⱼ⟩`, `⟨vᵢ⟩`, `⟨hⱼ⟩`, which are the
 * derivatives of log Z. @throws InputError, ShapeError as `rbmLogZ`.
 */
export function rbmMoments(params: ArrayLike<number>, sizes: RbmSizes): Float64Array {
  const { visible: n, hidden: m } = sizes;
  const layer = smaller(sizes);
  const enumeration = bernoulliFrom(params, sizes, layer);
  const logZ = logSum("rbmMoments", enumeration);
  const [k, size] = [enumeration.bias.length, enumeration.offset.length];
  const products = new Float64Array(k * size);
  const [own, other] = [new Float64Array(k), new Float64Array(size)];
  visitStates("rbmMoments", enumeration, (log, on, fields) => {
    const p = Math.exp(log - logZ);
    const expected = fields.map((field) => p / (1 + Math.exp(-field)));
    for (let i = 0; i < size; i++) other[i] = other[i]! + expected[i]!;
    for (let j = 0; j < k; j++) {
      if (!on[j]) continue;
      own[j] = own[j]! + p;
      for (let i = 0; i < size; i++) products[j * size + i] = products[j * size + i]! + expected[i]!;
    }
  });
  const moments = new Float64Array(n * m + n + m);
  for (let v = 0; v < n; v++)
    for (let h = 0; h < m; h++) moments[v * m + h] = products[layer === "hidden" ? h * size + v : v * size + h]!;
  moments.set(layer === "hidden" ? other : own, n * m);
  moments.set(layer === "hidden" ? own : other, n * m + n);
  return moments;
}

/** Draws need the weight of every state at once: 64 MB of them. */
const MOST_DRAWN = 23;
/** Up to so many units their states are told apart by the order in which they are visited. */
const BY_VISIT = 20;

/**
 * Independent draws of the visible units of a Bernoulli machine, `(n, visible)`: a state of the smaller layer by its exact
 * probability, then the other layer given it.
 * @throws InputError when the smaller layer has more than 23 units. @throws ShapeError as `rbmLogZ`.
 */
export function rbmDraws(params: ArrayLike<number>, sizes: RbmSizes, key: Key, n: number): Tensor<Float64Array> {
  const layer = smaller(sizes);
  const enumeration = bernoulliFrom(params, sizes, layer);
  const { bias, offset, weight } = enumeration;
  if (bias.length > MOST_DRAWN)
    throw new InputError(
      `rbmDraws: the smaller layer has ${bias.length} units, and at most ${MOST_DRAWN} can be drawn from exactly; sample by gibbs`,
    );
  const logs = new Float64Array(2 ** bias.length);
  const few = bias.length <= BY_VISIT;
  let visits = 0;
  if (few)
    visitStates("rbmDraws", enumeration, (log) => {
      logs[visits++] = log;
    });
  else
    visitBernoulli("rbmDraws", enumeration, (log, state) => {
      logs[state] = log;
    });
  const top = logs.reduce((a, b) => Math.max(a, b));
  const states = categorical(
    fold(key, "state"),
    logs.map((log) => Math.exp(log - top)),
    [n],
  );
  const u = uniform(fold(key, "given"), [n, offset.length], "float64").data;
  const x = new Float64Array(n * sizes.visible);
  for (const [row, state] of states.entries()) {
    // The units that are on at a visit of the order of Gray (1953).
    const units = few ? state ^ (state >> 1) : state;
    const on = Array.from(bias, (_, j) => (units >> j) & 1);
    const drawn = (i: number): number => {
      const field = on.reduce((sum, value, j) => sum + value * weight(j, i), offset[i]!);
      return u[row * offset.length + i]! < 1 / (1 + Math.exp(-field)) ? 1 : 0;
    };
    x.set(layer === "visible" ? on : Array.from(offset, (_, i) => drawn(i)), row * sizes.visible);
  }
  return tensor(x, [n, sizes.visible]);
}

/**
 * Log Z of a machine over real numbers, `Σᵢ log(√2π σᵢ) + log Σ_h exp(c·h + Σᵢ ((b + W h)ᵢ² − bᵢ²)/2σᵢ²)`.
 * @param params flat, as `gaussianRbmLayout` says.
 * @throws InputError when there are more than 25 hidden units. @throws ShapeError when the parameters do not fit.
 */
export function gaussianRbmLogZ(params: ArrayLike<number>, { visible: n, hidden: m }: RbmSizes): number {
  const { size } = gaussianRbmLayout(n, m);
  if (params.length !== size)
    throw new ShapeError(
      `gaussian-rbm: ${params.length} parameters, and ${n} visible and ${m} hidden units have ${size}`,
    );
  const flat = Float64Array.from(params);
  const [b, c] = [flat.subarray(n * m, n * m + n), flat.subarray(n * m + n, n * m + n + m)];
  const logScale = flat.subarray(n * m + n + m);
  const halfPrecision = logScale.map((v) => 0.5 * Math.exp(-2 * v));
  const sum = logSum("gaussianRbmLogZ", {
    bias: c,
    offset: b,
    weight: (j, i) => flat[i * m + j]!,
    log: (fields) => fields.reduce((total, field, i) => total + halfPrecision[i]! * (field ** 2 - b[i]! ** 2), 0),
  });
  return sum + logScale.reduce((s, v) => s + v, 0) + 0.5 * n * Math.log(2 * Math.PI);
}
