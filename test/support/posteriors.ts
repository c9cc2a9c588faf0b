/**
 * Posteriors whose means and standard deviations are known: in closed form, or by quadrature in fewer dimensions. What
 * is known is exact to 1e-9, so that whatever a sampler is off by is its own.
 */

import { banana } from "../../src/energies/banana.js";
import { type Energy, type EnergyFunction, makeEnergy } from "../../src/energies/energy.js";
import { funnel } from "../../src/energies/funnel.js";
import { gaussianEnergy } from "../../src/energies/gaussian.js";
import type { Expr } from "../../src/ir/expr.js";
import { add, addAll, exp, mul, square, sub } from "../../src/ops/arithmetic.js";
import { constant } from "../../src/ops/leaf.js";
import { matmul } from "../../src/ops/linalg.js";
import { reshape, slice, sum } from "../../src/ops/shape.js";
import { softplus } from "../../src/ops/special.js";
import { normal } from "../../src/random/draw.js";
import { fold, type Key, makeKey } from "../../src/random/key.js";
import type { EuclideanMetric } from "../../src/samplers/sampler.js";
import { cast, type FloatTensor, type Shape, tensor } from "../../src/util/tensor.js";
import { type Answer, golden } from "./posteriors-golden.js";
import { bend, type GivenFlow, shear, warpedFlow, widen } from "./warped-flows.js";

/** A scalar of a point whose mean and standard deviation are known. */
export interface Quantity extends Answer {
  readonly name: string;
  of(point: ArrayLike<number>): number;
}

export interface Posterior {
  readonly name: string;
  readonly energy: Energy;
  readonly quantities: readonly Quantity[];
  /** A flow near it, set by hand, where a simple one is. */
  readonly proposal?: GivenFlow;
  /** The scales a sampler must learn here, where its own habit is not enough. */
  readonly metric?: EuclideanMetric;
  /** Where chains may start without knowing the answer: `(chains, d)`, wider than the posterior or off it. */
  start(key: Key, chains: number): FloatTensor;
}

const coordinate = (name: string, i: number, { mean, sd }: Answer): Quantity => ({ name, of: (x) => x[i]!, mean, sd });

const unit = { mean: 0, sd: 1 };

/** Independent normals about the origin. */
const around = (sds: readonly number[]) => (key: Key, chains: number) =>
  tensor(
    Float32Array.from(normal(key, [chains, sds.length]).data, (z, i) => z * sds[i % sds.length]!),
    [chains, sds.length],
  );

const table = (data: readonly number[], shape: Shape, like: Expr): Expr =>
  asConstant(tensor(Float64Array.from(data), shape), like);
const asConstant = (t: FloatTensor, like: Expr): Expr => constant(cast(t, like.dtype as "float32" | "float64"));

const columns = (x: Expr, from: number, to: number): Expr => slice(x, 1, from, to);
const column = (x: Expr, i: number): Expr => reshape(columns(x, i, i + 1), [x.shape[0]!]);

/** Coaching effects and their standard errors: Rubin (1981). */
export const schools = {
  effects: [28, 8, -3, 7, -1, 1, 18, 12],
  errors: [15, 10, 16, 11, 9, 11, 10, 18],
} as const;

/**
 * Eight schools, non-centred, in `(μ, η = log τ, t₁ … t₈)`: `μ ~ N(0, 5²)`, `τ` half-Cauchy(0, 5), `tⱼ ~ N(0, 1)`,
 * `yⱼ ~ N(μ + τ tⱼ, σⱼ²)`. The density of η has the Jacobian `e^η`: `−η` in the energy.
 */
const eightSchoolsEnergy: EnergyFunction = (x) => {
  const [mu, eta, t] = [columns(x, 0, 1), columns(x, 1, 2), columns(x, 2, 10)];
  const fitted = add(mu, mul(exp(eta), t));
  const misfit = mul(
    sub(table(schools.effects, [8], x), fitted),
    table(
      schools.errors.map((s) => 1 / s),
      [8],
      x,
    ),
  );
  const flatEta = column(x, 1);
  return addAll([
    mul(1 / 50, square(column(x, 0))),
    // log(1 + τ²/25) as a softplus: τ² may overflow.
    softplus(mul(2, sub(flatEta, Math.log(5)))),
    mul(-1, flatEta),
    mul(0.5, sum(add(square(t), square(misfit)), 1)),
  ]);
};

const eightSchools: Posterior = {
  name: "eight schools",
  energy: makeEnergy({ event: [10], energy: eightSchoolsEnergy }),
  quantities: [
    coordinate("μ", 0, golden.eightSchools.mu!),
    coordinate("log τ", 1, golden.eightSchools.logTau!),
    { name: "τ", of: (x) => Math.exp(x[1]!), ...golden.eightSchools.tau! },
    coordinate("t₁", 2, golden.eightSchools.effect1!),
    coordinate("t₇", 8, golden.eightSchools.effect7!),
    { name: "θ₁", of: (x) => x[0]! + Math.exp(x[1]!) * x[2]!, ...golden.eightSchools.theta1! },
    { name: "θ₃", of: (x) => x[0]! + Math.exp(x[1]!) * x[4]!, ...golden.eightSchools.theta3! },
  ],
  // The left tail of log τ is exponential: a Gaussian covers it to −10 when it is twice as wide.
  proposal: warpedFlow(
    [4.4, 0.5, 0.3, 0.1, -0.1, 0.05, -0.15, -0.05, 0.35, 0.1],
    [4.2, 2.4, ...Array<number>(8).fill(1)],
  ),
  start: around([5, 1, ...Array<number>(8).fill(1)]),
};

/** `E(β) = Σ log(1 + e^{±(β₀ + β₁ x₁ + β₂ x₂)}) + |β|²/2s²`, the sign − where y = 1. */
const logisticEnergy: EnergyFunction = (b) => {
  const { x, y, priorDeviation } = golden.logistic;
  const signed = x.flatMap((row, i) => [1, ...row].map((v) => (1 - 2 * y[i]!) * v));
  const losses = softplus(matmul(b, table(signed, [x.length, 3], b), { transposeB: true }));
  return add(sum(losses, 1), mul(0.5 / priorDeviation ** 2, sum(square(b), 1)));
};

const { b0, b1, b2 } = golden.logistic.answers as Record<"b0" | "b1" | "b2", Answer>;

const logistic: Posterior = {
  name: "logistic regression",
  energy: makeEnergy({ event: [3], energy: logisticEnergy }),
  quantities: [coordinate("β₀", 0, b0), coordinate("β₁", 1, b1), coordinate("β₂", 2, b2)],
  proposal: warpedFlow([-0.2, 1.6, -0.1], [0.25, 0.55, 0.26], shear(-0.8)),
  start: around([2, 2, 2]),
};

const FUNNEL = 10;
/** Only the first coordinate: the fourth moment of the others is e^{72}, beyond what any chain can average. */
const nealsFunnel: Posterior = {
  name: "funnel",
  energy: funnel({}, { event: [FUNNEL] }),
  quantities: [coordinate("v", 0, { mean: 0, sd: 3 })],
  proposal: warpedFlow(
    [0.1, ...Array<number>(FUNNEL - 1).fill(0)],
    [3.3, ...Array<number>(FUNNEL - 1).fill(1.05)],
    widen(),
  ),
  start: around(Array<number>(FUNNEL).fill(1)),
};

const SPREAD = 10;
/** Haario, Saksman & Tamminen (1999) bend by 0.03, "moderately"; a third of that leaves the plane to local moves. */
const bananaOf = (name: string, curvature: number): Posterior => ({
  name,
  energy: banana({ standardDeviation: SPREAD, curvature }, { event: [2] }),
  quantities: [
    coordinate("x₁", 0, { mean: 0, sd: SPREAD }),
    coordinate("x₂", 1, { mean: 0, sd: Math.sqrt(1 + 2 * curvature ** 2 * SPREAD ** 4) }),
    { name: "x₂ unbent", of: (x) => x[1]! + curvature * (x[0]! ** 2 - SPREAD ** 2), ...unit },
  ],
  proposal: warpedFlow([0.5, 0.1], [11.5, 1.2], bend(SPREAD, curvature)),
  start: around([5, 5]),
});

/** `d` standard deviations from 0.01 to 1, evenly in their logarithms: condition number 1e4. */
const scales = (d: number): number[] => Array.from({ length: d }, (_, i) => 10 ** ((2 * i) / (d - 1) - 2));

/** `|z|²` of `d` independent standard normals: a chi-square. */
const radius = (d: number, z: (x: ArrayLike<number>) => readonly number[]): Quantity => ({
  name: "|z|²",
  of: (x) => z(x).reduce((s, v) => s + v * v, 0),
  mean: d,
  sd: Math.sqrt(2 * d),
});

const stretchedScales = scales(100);
const stretched: Posterior = {
  name: "stretched Gaussian",
  energy: gaussianEnergy([100], 0, stretchedScales),
  quantities: [
    ...[0, 33, 66, 99].map((i) => coordinate(`x${i}`, i, { mean: 0, sd: stretchedScales[i]! })),
    radius(100, (x) => stretchedScales.map((s, i) => x[i]! / s)),
  ],
  proposal: warpedFlow(
    Array<number>(100).fill(0),
    stretchedScales.map((s) => 1.03 * s),
  ),
  start: around(Array<number>(100).fill(1)),
};

/** `d` orthonormal rows of random direction: Gram–Schmidt, twice over, on normal rows. */
export function rotation(key: Key, d: number): number[][] {
  const rows: number[][] = [];
  const noise = normal(key, [d, d], "float64").data;
  for (let i = 0; i < d; i++) {
    let row = Array.from(noise.subarray(i * d, (i + 1) * d));
    for (const other of [...rows, ...rows]) {
      const along = row.reduce((s, v, j) => s + v * other[j]!, 0);
      row = row.map((v, j) => v - along * other[j]!);
    }
    const length = Math.hypot(...row);
    rows.push(row.map((v) => v / length));
  }
  return rows;
}

const rotatedScales = scales(20);
const axes = rotation(fold(makeKey(5), "axes"), 20);
const principal = (x: ArrayLike<number>): number[] =>
  axes.map((axis, k) => axis.reduce((s, v, j) => s + v * x[j]!, 0) / rotatedScales[k]!);

const rotated: Posterior = {
  name: "rotated Gaussian",
  // Rows that are axes over their scales: E = |A x|²/2.
  energy: makeEnergy({
    event: [20],
    energy(x) {
      const scaled = axes.flatMap((axis, k) => axis.map((v) => v / rotatedScales[k]!));
      return mul(0.5, sum(square(matmul(x, table(scaled, [20, 20], x), { transposeB: true })), 1));
    },
  }),
  quantities: [
    ...[0, 10, 19].map((k): Quantity => ({ name: `z${k}`, of: (x) => principal(x)[k]!, ...unit })),
    coordinate("x0", 0, { mean: 0, sd: Math.hypot(...axes.map((axis, k) => axis[0]! * rotatedScales[k]!)) }),
    radius(20, principal),
  ],
  metric: "dense",
  start: around(Array<number>(20).fill(1)),
};

export const posteriors: readonly Posterior[] = [
  eightSchools,
  logistic,
  nealsFunnel,
  bananaOf("banana", 0.01),
  bananaOf("strong banana", 0.03),
  stretched,
  rotated,
];

/** A quantity of every point of `(…, d)`. */
export function quantityOf({ of }: Quantity, x: FloatTensor): Float64Array {
  const d = x.shape.at(-1)!;
  return Float64Array.from({ length: x.data.length / d }, (_, i) => of(x.data.subarray(i * d, (i + 1) * d)));
}
