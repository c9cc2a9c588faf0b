/**
 * Posteriors whose means and standard deviations are known: in closed form, or by quadrature in fewer dimensions. What
 * is known is exact to 1e-9, so that whatever a sampler is off by is its own. Here with the scalars of a point that every
 * sampler is judged by, where chains may start, and a flow near them.
 */

import type { Energy } from "../../src/energies/energy.js";
import { gaussianEnergy } from "../../src/energies/gaussian.js";
import * as suite from "../../src/experiments/posteriors/members.js";
import type { Answer, Posterior as Known } from "../../src/experiments/posteriors/posterior.js";
import { alongAxes, scales } from "../../src/experiments/posteriors/shapes.js";
import { eightSchools as schools } from "../../src/experiments/posteriors/tables.js";
import { normal } from "../../src/random/draw.js";
import type { Key } from "../../src/random/key.js";
import type { EuclideanMetric } from "../../src/samplers/sampler.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
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

/** The coordinates of a posterior of the suite: all of them, or those at some places. */
const coordinates = ({ coordinates: known }: Known, places = known.map(({ at }) => at)): Quantity[] =>
  known.filter(({ at }) => places.includes(at)).map(({ name, at, ...answer }) => coordinate(name, at, answer));

const unit = { mean: 0, sd: 1 };

/** Independent normals about the origin. */
const around = (sds: readonly number[]) => (key: Key, chains: number) =>
  tensor(
    Float32Array.from(normal(key, [chains, sds.length]).data, (z, i) => z * sds[i % sds.length]!),
    [chains, sds.length],
  );

const eightSchools: Posterior = {
  name: "eight schools",
  energy: suite.eightSchools.energy,
  quantities: [
    ...coordinates(suite.eightSchools, [0, 1, 2, 8]),
    { name: "τ", of: (x) => Math.exp(x[1]!), ...schools.answers.tau },
    { name: "θ₁", of: (x) => x[0]! + Math.exp(x[1]!) * x[2]!, ...schools.answers.theta1 },
    { name: "θ₃", of: (x) => x[0]! + Math.exp(x[1]!) * x[4]!, ...schools.answers.theta3 },
  ],
  // The left tail of log τ is exponential: a Gaussian covers it to −10 when it is twice as wide.
  proposal: warpedFlow(
    [4.4, 0.5, 0.3, 0.1, -0.1, 0.05, -0.15, -0.05, 0.35, 0.1],
    [4.2, 2.4, ...Array<number>(8).fill(1)],
  ),
  start: around([5, 1, ...Array<number>(8).fill(1)]),
};

const logistic: Posterior = {
  name: "logistic regression",
  energy: suite.logistic.energy,
  quantities: coordinates(suite.logistic),
  proposal: warpedFlow([-0.2, 1.6, -0.1], [0.25, 0.55, 0.26], shear(-0.8)),
  start: around([2, 2, 2]),
};

const FUNNEL = 10;
const nealsFunnel: Posterior = {
  name: "funnel",
  energy: suite.funnel.energy,
  quantities: coordinates(suite.funnel),
  proposal: warpedFlow(
    [0.1, ...Array<number>(FUNNEL - 1).fill(0)],
    [3.3, ...Array<number>(FUNNEL - 1).fill(1.05)],
    widen(),
  ),
  start: around(Array<number>(FUNNEL).fill(1)),
};

const SPREAD = 10;
const bananaOf = (name: string, known: Known, curvature: number): Posterior => ({
  name,
  energy: known.energy,
  quantities: [
    ...coordinates(known),
    { name: "x₂ unbent", of: (x) => x[1]! + curvature * (x[0]! ** 2 - SPREAD ** 2), ...unit },
  ],
  proposal: warpedFlow([0.5, 0.1], [11.5, 1.2], bend(SPREAD, curvature)),
  start: around([5, 5]),
});

/** `|z|²` of `d` independent standard normals: a chi-square. */
const radius = (d: number, z: (x: ArrayLike<number>) => readonly number[]): Quantity => ({
  name: "|z|²",
  of: (x) => z(x).reduce((s, v) => s + v * v, 0),
  mean: d,
  sd: Math.sqrt(2 * d),
});

/** Condition number 1e4. */
const stretchedScales = scales(100, 2);
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

const rotated: Posterior = {
  name: "rotated Gaussian",
  energy: suite.rotated.energy,
  quantities: [
    ...[0, 10, 19].map((k): Quantity => ({ name: `z${k}`, of: (x) => alongAxes(x)[k]!, ...unit })),
    ...coordinates(suite.rotated, [0]),
    radius(20, alongAxes),
  ],
  metric: "dense",
  start: around(Array<number>(20).fill(1)),
};

export const posteriors: readonly Posterior[] = [
  eightSchools,
  logistic,
  nealsFunnel,
  bananaOf("banana", suite.banana, 0.01),
  bananaOf("strong banana", suite.strongBanana, 0.03),
  stretched,
  rotated,
];

/** A quantity of every point of `(…, d)`. */
export function quantityOf({ of }: Quantity, x: FloatTensor): Float64Array {
  const d = x.shape.at(-1)!;
  return Float64Array.from({ length: x.data.length / d }, (_, i) => of(x.data.subarray(i * d, (i + 1) * d)));
}
