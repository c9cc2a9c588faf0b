/** What is known exactly of restricted Boltzmann machines with one small layer, by enumerating it. On the host. */

import { InputError, ShapeError } from "../util/errors.js";
import { gaussianRbmLayout } from "./gaussian-rbm.js";
import { rbmLayout } from "./rbm.js";

/** Numbers of units. */
export interface RbmSizes {
  readonly visible: number;
  readonly hidden: number;
}

/** Units of an enumerated layer: 2²⁵ states take minutes. */
const MOST = 25;

/** A layer to enumerate and what each of its states leaves of the other: `weight(s) = exp(bias·s + Σᵢ log(fieldᵢ))`. */
interface Enumeration {
  /** `k` units, each 0 or 1. */
  readonly bias: ArrayLike<number>;
  /** Field of each unit of the other layer when all units are 0. */
  readonly offset: ArrayLike<number>;
  /** What unit `j` adds to the field of unit `i` of the other layer. */
  weight(j: number, i: number): number;
  /** What unit `i` of the other layer contributes at a field, summed out. */
  log(field: number, i: number): number;
}

type Visit = (logWeight: number, on: Uint8Array, fields: Float64Array) => void;

/** Visit every state once. Neighbours differ in one unit (Gray 1953); every 1024th starts anew, so that rounding stays. */
function visitStates(what: string, { bias, offset, weight, log }: Enumeration, visit: Visit): void {
  const [k, size] = [bias.length, offset.length];
  if (k > MOST)
    throw new InputError(
      `${what}: the smaller layer has ${k} units, and at most ${MOST} can be enumerated; estimate it`,
    );
  const on = new Uint8Array(k);
  const fields = new Float64Array(size);
  const toggle = (j: number): void => {
    on[j] = 1 - on[j]!;
    for (let i = 0; i < size; i++) fields[i] = fields[i]! + (on[j] ? weight(j, i) : -weight(j, i));
  };
  for (let state = 0; state < 2 ** k; state++) {
    if (state > 0) toggle(31 - Math.clz32(state & -state));
    if (state % 1024 === 0)
      for (let i = 0; i < size; i++) {
        let field = offset[i]!;
        for (let j = 0; j < k; j++) field += on[j] ? weight(j, i) : 0;
        fields[i] = field;
      }
    let total = 0;
    for (let j = 0; j < k; j++) total += on[j] ? bias[j]! : 0;
    for (let i = 0; i < size; i++) total += log(fields[i]!, i);
    visit(total, on, fields);
  }
}

function logSum(what: string, enumeration: Enumeration): number {
  let [top, sum] = [Number.NEGATIVE_INFINITY, 0];
  visitStates(what, enumeration, (log) => {
    if (log > top) [top, sum] = [log, sum * Math.exp(top - log) + 1];
    else sum += Math.exp(log - top);
  });
  return top + Math.log(sum);
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** A Bernoulli machine seen from one of its layers. */
function bernoulliFrom(params: ArrayLike<number>, { visible: n, hidden: m }: RbmSizes, layer: Layer): Enumeration {
  const { size } = rbmLayout(n, m);
  if (params.length !== size)
    throw new ShapeError(`rbm: ${params.length} parameters, and ${n} visible and ${m} hidden units have ${size}`);
  const flat = Float64Array.from(params);
  const [b, c] = [flat.subarray(n * m, n * m + n), flat.subarray(n * m + n)];
  return layer === "hidden"
    ? { bias: c, offset: b, weight: (j, i) => flat[i * m + j]!, log: softplus }
    : { bias: b, offset: c, weight: (j, i) => flat[j * m + i]!, log: softplus };
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
  logSum("rbmLogZ", bernoulliFrom(params, sizes, layer));

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
    log: (field, i) => halfPrecision[i]! * (field ** 2 - b[i]! ** 2),
  });
  return sum + logScale.reduce((s, v) => s + v, 0) + 0.5 * n * Math.log(2 * Math.PI);
}
