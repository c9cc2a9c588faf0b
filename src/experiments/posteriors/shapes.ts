/** Laws known in closed form, by what is hard about their shape. */

import { banana as bananaEnergy } from "../../energies/banana.js";
import { funnel as funnelEnergy } from "../../energies/funnel.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { add, mul, square, sub } from "../../ops/arithmetic.js";
import { matmul } from "../../ops/linalg.js";
import { sum } from "../../ops/shape.js";
import { fold, makeKey } from "../../random/key.js";
import { rotation } from "../../random/rotation.js";
import { column, columns, table, total } from "./parts.js";
import { type Answer, numbered, posterior } from "./posterior.js";

/** Answers of coordinates without a mean. */
const centred = (names: readonly string[], sds: readonly number[]): Record<string, Answer> =>
  Object.fromEntries(names.map((name, i) => [name, { mean: 0, sd: sds[i]! }]));

/** `d` standard deviations up to 1, over so many decades, evenly in their logarithms. */
export const scales = (d: number, decades: number): number[] =>
  Array.from({ length: d }, (_, i) => 10 ** ((decades * i) / (d - 1) - decades));

const manyNames = numbered("x", 100);
const manyScales = scales(100, 3);

/** A Gaussian of 100 coordinates with deviations from 0.001 to 1: condition number 1e6. */
export const stretched = posterior({
  name: "condition 1e6",
  half: "held",
  names: manyNames,
  answers: centred(manyNames, manyScales),
  energy: gaussianEnergy([100], 0, manyScales),
});

/** Correlation of neighbours. */
const NEAR = 0.95;
const chainNames = numbered("x", 10);

/** Ten coordinates of variance 1, correlated as `0.95^{|i − j|}`. */
export const correlated = posterior({
  name: "correlated",
  half: "design",
  names: chainNames,
  answers: centred(chainNames, Array<number>(10).fill(1)),
  energy(x) {
    const steps = square(sub(columns(x, 1, 10), mul(NEAR, columns(x, 0, 9))));
    return mul(0.5, add(square(column(x, 0)), mul(1 / (1 - NEAR ** 2), total(steps))));
  },
});

const rotatedScales = scales(20, 2);
const axes = rotation(fold(makeKey(5), "axes"), 20);
const rotatedNames = numbered("x", 20);

/** A point of the rotated Gaussian along its axes, each in its own unit: standard normal numbers. */
export const alongAxes = (x: ArrayLike<number>): number[] =>
  axes.map((axis, k) => axis.reduce((s, v, j) => s + v * x[j]!, 0) / rotatedScales[k]!);

/** A Gaussian of 20 coordinates whose axes are not those of the coordinates, with deviations from 0.01 to 1 along them. */
export const rotated = posterior({
  name: "rotated",
  half: "design",
  names: rotatedNames,
  answers: centred(
    rotatedNames,
    rotatedNames.map((_, j) => Math.hypot(...axes.map((axis, k) => axis[j]! * rotatedScales[k]!))),
  ),
  // Rows that are axes over their scales: E = |A x|²/2.
  energy(x) {
    const scaled = axes.flatMap((axis, k) => axis.map((v) => v / rotatedScales[k]!));
    return mul(0.5, sum(square(matmul(x, table(scaled, [20, 20], x), { transposeB: true })), 1));
  },
});

const SPREAD = 10;
const bent = (curvature: number) => ({
  names: ["x1", "x2"],
  answers: centred(["x1", "x2"], [SPREAD, Math.sqrt(1 + 2 * curvature ** 2 * SPREAD ** 4)]),
  energy: bananaEnergy({ standardDeviation: SPREAD, curvature }, { event: [2] }),
});

/** Haario, Saksman & Tamminen (1999) bend by 0.03, "moderately"; a third of that leaves the plane to local moves. */
export const banana = posterior({ name: "banana", half: "held", ...bent(0.01) });

export const strongBanana = posterior({
  name: "strong banana",
  half: "design",
  hard: "one step size for a ridge that bends three times its width",
  ...bent(0.03),
});

/** Neal's: only of its first coordinate, since the fourth moment of the others, e^{72}, is beyond any average. */
export const funnel = posterior({
  name: "funnel",
  half: "held",
  hard: "one step size for a density whose scale varies e⁶-fold",
  names: ["v", ...numbered("x", 9)],
  answers: { v: { mean: 0, sd: 3 } },
  energy: funnelEnergy({}, { event: [10] }),
});
