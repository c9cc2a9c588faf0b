/** Models in two dimensions whose first and second derivatives by the point are written out, in double precision. */

import { grad } from "../../src/autodiff/grad.js";
import { type Energy, makeEnergy } from "../../src/energies/energy.js";
import type { Expr } from "../../src/ir/expr.js";
import { layoutOf } from "../../src/nn/layout.js";
import type { Iteration, Model } from "../../src/objectives/objective.js";
import { add, addAll, mul, sin, square, sub } from "../../src/ops/arithmetic.js";
import { reshape, slice } from "../../src/ops/shape.js";
import { compile } from "../../src/runtime/program.js";
import { underPrefix, withPrefix } from "../../src/util/records.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { inputsOf, traced } from "./host-iteration.js";
import { numbers } from "./tensors.js";

export type Pair = readonly [number, number];
/** `[[h11, h12], [h12, h22]]`. */
type Hessian = readonly [h11: number, h12: number, h22: number];

export interface ScoreModel {
  readonly model: Model;
  gradient(x: Pair, theta: readonly number[]): Pair;
  hessian(x: Pair, theta: readonly number[]): Hessian;
}

const columns = (x: Expr): [Expr, Expr] => [0, 1].map((i) => reshape(slice(x, 1, i, i + 1), [x.shape[0]!])) as never;
const part = (theta: Expr, i: number): Expr => slice(theta, 0, i, i + 1);
const modelOf = (energy: Energy): Model => ({ event: [2], energy });

/** `E = a |x|²/2 + b sin(x₁ x₂) + c x₁⁴/4`: no Gaussian, and its Hessian is not diagonal. */
export const curved: ScoreModel = {
  model: modelOf(
    makeEnergy({
      event: [2],
      layout: layoutOf({ a: [1], b: [1], c: [1] }),
      energy(points, theta) {
        const [x, y] = columns(points);
        const quadratic = mul(mul(0.5, part(theta, 0)), add(square(x), square(y)));
        const quartic = mul(mul(0.25, part(theta, 2)), square(square(x)));
        return addAll([quadratic, mul(part(theta, 1), sin(mul(x, y))), quartic]);
      },
    }),
  ),
  gradient: ([x, y], [a, b, c]) => [a! * x + b! * y * Math.cos(x * y) + c! * x ** 3, a! * y + b! * x * Math.cos(x * y)],
  hessian([x, y], [a, b, c]) {
    const [s, k] = [b! * Math.sin(x * y), b! * Math.cos(x * y)];
    return [a! - y * y * s + 3 * c! * x * x, k - x * y * s, a! - x * x * s];
  },
};

/** `E = ½ (x − μ)ᵀ P (x − μ)`, parameters `μ₁, μ₂, P₁₁, P₁₂, P₂₂`. */
export const gaussian: ScoreModel = {
  model: modelOf(
    makeEnergy({
      event: [2],
      layout: layoutOf({ mean: [2], precision: [3] }),
      energy(points, theta) {
        const [x, y] = columns(points);
        const [u, v] = [sub(x, part(theta, 0)), sub(y, part(theta, 1))];
        const cross = mul(mul(2, part(theta, 3)), mul(u, v));
        return mul(0.5, addAll([mul(part(theta, 2), square(u)), cross, mul(part(theta, 4), square(v))]));
      },
    }),
  ),
  gradient([x, y], [m, n, a, b, c]) {
    const [u, v] = [x - m!, y - n!];
    return [a! * u + b! * v, b! * u + c! * v];
  },
  hessian: (_, [, , a, b, c]) => [a!, b!, c!],
};

export const points = (x: FloatTensor): Pair[] =>
  Array.from({ length: x.shape[0]! }, (_, i) => [x.data[2 * i]!, x.data[2 * i + 1]!] as const);

export const average = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;

/** Mean and precision matrix of the rows by maximum likelihood: the parameters of `gaussian` that fit best. */
export function maximumLikelihood(x: FloatTensor): number[] {
  const rows = points(x);
  const [m, n] = [average(rows.map((p) => p[0])), average(rows.map((p) => p[1]))];
  const covariance = (i: 0 | 1, j: 0 | 1): number =>
    average(rows.map((p) => (p[i] - [m, n][i]!) * (p[j] - [m, n][j]!)));
  const [a, b, c] = [covariance(0, 0), covariance(0, 1), covariance(1, 1)];
  const determinant = a * c - b * b;
  return [m, n, c / determinant, -b / determinant, a / determinant];
}

/** Central differences of a function of parameters. */
export const differences = (f: (theta: readonly number[]) => number, theta: readonly number[], h = 1e-5): number[] =>
  theta.map((_, i) => {
    const at = (step: number): number => f(theta.map((t, j) => (j === i ? t + step : t)));
    return (at(h) - at(-h)) / (2 * h);
  });

/** Loss and metrics of an iteration without carry, by parameters and noise of one's own, and the loss's gradient. */
export async function given(
  model: Model,
  iteration: Iteration,
  inputs: {
    readonly theta: readonly number[];
    readonly batch: FloatTensor;
    readonly noise?: Readonly<Record<string, FloatTensor>>;
  },
): Promise<{ loss: number; gradient: number[]; metrics: Record<string, number> }> {
  const { output, ...symbols } = traced(model, iteration, inputs.batch.shape[0]!);
  const wrt = symbols.params.energy;
  const learned = wrt.shape[0]! > 0;
  const program = await compile(inputsOf(symbols), {
    loss: output.losses.energy!,
    ...(learned ? { gradient: grad(output.losses.energy!, [wrt])[0] } : {}),
    ...withPrefix("metric.", output.metrics),
  });
  const found = await program.run({
    ...(learned ? { "params.energy": tensor(Float32Array.from(inputs.theta)) } : {}),
    batch: inputs.batch,
    ...withPrefix("noise.", inputs.noise ?? {}),
  });
  const metrics = Object.entries(underPrefix("metric.", found)).map(([name, t]) => [name, numbers(t)[0]!] as const);
  return {
    loss: numbers(found.loss!)[0]!,
    gradient: found.gradient ? numbers(found.gradient) : [],
    metrics: Object.fromEntries(metrics),
  };
}
