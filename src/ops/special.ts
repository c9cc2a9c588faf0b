/** Functions made of other operations, in the forms that neither overflow nor cancel. */

import { apply1, type Expr, type Op, one } from "../ir/expr.js";
import { expectFloat, normalizeAxes } from "../ir/type.js";
import { sizeOf } from "../util/tensor.js";
import { abs, add, div, exp, log, mul, neg, sigmoid, sqrt, square, sub } from "./arithmetic.js";
import { type Unary, unary } from "./elementwise.js";
import { max, maximum, minimum } from "./extrema.js";
import { stopGradient } from "./leaf.js";
import { finite, less, where } from "./logic.js";
import { allAxes, keptShape, reshape, sum } from "./shape.js";

/**
 * `log(1 + eˣ)` as `max(x, 0) + log(1 + y)` with `y = e^{−|x|}`: exact to rounding for every x. What the sum `u = 1 + y`
 * rounds away comes back as `(y − (u − 1))/u`, the first term of its series: for y from 0 to 1 the next is below rounding.
 */
export const softplus: Unary = unary("softplus", {
  vjp: (g, x) => mul(g, sigmoid(x)),
  scalar(m, x) {
    const y = m.exp(m.neg(m.abs(x)));
    const one = m.constant(1, x.dtype);
    const u = m.add(y, one);
    const lost = m.div(m.sub(y, m.sub(u, one)), u);
    return m.add(m.max(x, m.constant(0, x.dtype)), m.add(m.log(u), lost));
  },
  compose(x) {
    const y = exp(neg(abs(x)));
    const u = add(y, 1);
    return add(maximum(x, 0), add(log(u), div(sub(y, sub(u, 1)), u)));
  },
});

/** `log σ(x) = −softplus(−x)`: never the logarithm of a sigmoid that rounded to 0. */
export const logSigmoid = (x: Expr): Expr => neg(softplus(neg(x)));

/** `x σ(x)` (Elfwing, Uchibe & Doya 2018). Its derivative is `σ + y (1 − σ)`, three passes over the data. */
export const silu: Unary = unary("silu", {
  vjp(g, x, y) {
    const s = sigmoid(x);
    return mul(g, add(s, mul(y, sub(1, s))));
  },
  // Composed for every engine: the derivative needs the same sigmoid.
  compose: (x) => mul(x, sigmoid(x)),
});

/** Error function `2/√π ∫₀ˣ e^{−t²} dt`. */
export const erf: Unary = unary("erf", {
  onnx: "Erf",
  scalar: (m, x) => m.erf(x),
  composeFor: ["float64"],
  vjp: (g, x) => mul(g, mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))))),
  compose: (x) => erfDouble(x),
});

/** `x Φ(x)`, Φ the normal distribution function (Hendrycks & Gimpel 2016). */
export const gelu = (x: Expr): Expr => mul(x, mul(0.5, add(1, erf(mul(x, Math.SQRT1_2)))));

/** Mean over axes; over all of them unless said. */
export function mean(x: Expr, axes: number | readonly number[] = allAxes(x)): Expr {
  expectFloat("mean", x);
  const list = normalizeAxes("mean", axes, x.shape.length);
  return list.length === 0 ? x : div(sum(x, list), sizeOf(list.map((a) => x.shape[a]!)));
}

/** Population variance over axes, from centred values. */
export function variance(x: Expr, axes: number | readonly number[] = allAxes(x)): Expr {
  const list = normalizeAxes("variance", axes, x.shape.length);
  const centred = sub(x, reshape(mean(x, list), keptShape(x.shape, list)));
  return mean(square(centred), list);
}

/** Euclidean norm of everything. */
export const norm = (x: Expr): Expr => sqrt(sum(square(x)));

/**
 * `log Σ eˣ` over axes, shifted by the maximum. A slice of −∞ gives −∞.
 * The shift carries no derivative: it cancels exactly, and its ties would only add rounding.
 */
export function logSumExp(x: Expr, axes: number | readonly number[] = allAxes(x)): Expr {
  const list = normalizeAxes("logSumExp", axes, x.shape.length);
  const top = stopGradient(max(x, list));
  const shift = where(finite(top), top, 0);
  return add(shift, log(sum(exp(sub(x, reshape(shift, keptShape(x.shape, list)))), list)));
}

/** `log Σ eˣ − log n`. */
export function logMeanExp(x: Expr, axes: number | readonly number[] = allAxes(x)): Expr {
  const list = normalizeAxes("logMeanExp", axes, x.shape.length);
  return sub(logSumExp(x, list), Math.log(sizeOf(list.map((a) => x.shape[a]!))));
}

/** `x − log Σ eˣ` along an axis. */
export function logSoftmax(x: Expr, axis = -1): Expr {
  const list = normalizeAxes("logSoftmax", axis, x.shape.length);
  return sub(x, reshape(logSumExp(x, list), keptShape(x.shape, list)));
}

const softmaxOp: Op<number, readonly [Expr]> = {
  name: "softmax",
  infer([x]) {
    expectFloat("softmax", x);
    return one(x.shape, x.dtype);
  },
  vjp(g, { outputs: [y], params: axis }) {
    const inner = sum(mul(g, y!), axis);
    return [mul(y!, sub(g, reshape(inner, keptShape(y!.shape, [axis]))))];
  },
  lower: (to, [x], { params }) => [to.node("Softmax", [x!], { axis: { int: params } })],
  kernel: {
    compose({ inputs: [x], params: axis }) {
      const kept = keptShape(x.shape, [axis]);
      const y = exp(sub(x, reshape(max(x, axis), kept)));
      return [div(y, reshape(sum(y, axis), kept))];
    },
  },
};

/** `eˣ / Σ eˣ` along an axis. */
export const softmax = (x: Expr, axis = -1): Expr =>
  apply1(softmaxOp, [x] as const, normalizeAxes("softmax", axis, x.shape.length)[0]!);

/**
 * erf in double precision: Kummer's series `2x/√π e^{−x²} Σ 2ⁿx²ⁿ/(2n+1)!!` below 2.5, where all terms are positive,
 * and 1 minus Laplace's continued fraction above.
 */
function erfDouble(x: Expr): Expr {
  const size = abs(x);
  const split = 2.5;
  const near = minimum(size, split);
  const t = mul(2, square(near));
  let series: Expr = add(1, mul(0, t));
  for (let n = 60; n >= 1; n--) series = add(1, div(mul(t, series), 2 * n + 1));
  const inner = mul(mul(2 / Math.sqrt(Math.PI), near), mul(exp(neg(square(near))), series));
  const far = maximum(size, split);
  let fraction: Expr = far;
  for (let n = 80; n >= 1; n--) fraction = add(far, div(n / 2, fraction));
  const tail = div(exp(neg(square(far))), mul(Math.sqrt(Math.PI), fraction));
  const magnitude = where(less(size, split), inner, sub(1, tail));
  return where(less(x, 0), neg(magnitude), magnitude);
}
