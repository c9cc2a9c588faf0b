/** Every family of the registry at parameters worth a case, with a way to integrate over its support. */

import type { Family } from "../../src/families/family.js";
import {
  bernoulli,
  beta,
  categorical,
  dirichlet,
  exponential,
  gamma,
  multivariateNormal,
  normal,
  poisson,
} from "../../src/families/members.js";
import { logGamma } from "../../src/util/gamma-functions.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";

/** Points of the support with the weight of each in a sum that stands for the integral. */
export interface Nodes {
  readonly points: FloatTensor;
  readonly logWeights: Float64Array;
  /** Neighbours along a line, in order: the weights add up to a distribution function. */
  readonly ordered: boolean;
}

export interface FamilyCase {
  readonly family: Family;
  readonly theta: readonly number[];
  readonly nodes: Nodes;
  /** `log h(x)`, written anew. */
  logBase(x: readonly number[]): number;
}

type Point = readonly number[];

const nodesOf = (rows: readonly { x: Point; logWeight: number }[], ordered: boolean): Nodes => ({
  points: tensor(Float64Array.from(rows.flatMap(({ x }) => x)), [rows.length, rows[0]!.x.length]),
  logWeights: Float64Array.from(rows, ({ logWeight }) => logWeight),
  ordered,
});

/** The line through a substitution `x(t)` with its `log dx/dt`: the trapezoidal rule is exact where ends have vanished. */
function line(from: number, to: number, at: (t: number) => { x: number; logSlope: number }, n = 4000): Nodes {
  const step = (to - from) / n;
  const rows = Array.from({ length: n + 1 }, (_, i) => at(from + i * step));
  return nodesOf(
    rows.map(({ x, logSlope }) => ({ x: [x], logWeight: logSlope + Math.log(step) })),
    true,
  );
}

const counts = (n: number): Nodes =>
  nodesOf(
    Array.from({ length: n }, (_, i) => ({ x: [i], logWeight: 0 })),
    false,
  );

/** A square grid in two numbers. */
function plane(reach: number, n: number, at: (s: number, t: number) => { x: Point; logSlope: number }): Nodes {
  const step = (2 * reach) / n;
  const rows = Array.from({ length: (n + 1) ** 2 }, (_, k) =>
    at((k % (n + 1)) * step - reach, Math.floor(k / (n + 1)) * step - reach),
  );
  return nodesOf(
    rows.map(({ x, logSlope }) => ({ x, logWeight: logSlope + 2 * Math.log(step) })),
    false,
  );
}

const positive = (from: number, to: number): Nodes => line(from, to, (t) => ({ x: Math.exp(t), logSlope: t }));

const logSum = (v: Point): number => v.reduce((s, x) => s + Math.log(x), 0);
const none = (): number => 0;
const [root2pi, minusLogs] = [() => -0.5 * Math.log(2 * Math.PI), (x: Point) => -logSum(x)];

/** A simplex of three through `x = softmax(s, t, 0)`, whose volume element is `x₁ x₂ x₃`. */
const simplex = plane(50, 250, (s, t) => {
  const top = Math.max(s, t, 0);
  const all = top + Math.log(Math.exp(s - top) + Math.exp(t - top) + Math.exp(-top));
  const logs = [s - all, t - all, -all];
  return { x: logs.map(Math.exp), logSlope: logs.reduce((a, b) => a + b, 0) };
});

const betaCase = (a: number, b: number, reach: number): FamilyCase => ({
  family: beta(),
  theta: [a, b],
  logBase: ([x]) => -Math.log(x!) - Math.log1p(-x!),
  nodes: line(-reach, Math.min(reach, 33), (t) => {
    const x = 1 / (1 + Math.exp(-t));
    return { x, logSlope: Math.log(x) + Math.log1p(-x) };
  }),
});

export const familyCases: readonly (readonly [string, FamilyCase])[] = (
  [
    { family: normal(), theta: [1.5, 4], logBase: root2pi, nodes: line(-30, 33, (x) => ({ x, logSlope: 0 })) },
    { family: normal(), theta: [-0.2, 0.01], logBase: root2pi, nodes: line(-2, 2, (x) => ({ x, logSlope: 0 })) },
    {
      family: multivariateNormal(),
      theta: [1, -0.5, 2, 0.9, 0.8],
      logBase: () => -Math.log(2 * Math.PI),
      nodes: plane(16, 160, (s, t) => ({ x: [s, t], logSlope: 0 })),
    },
    { family: exponential(), theta: [0.6], logBase: none, nodes: positive(-32, 5) },
    { family: gamma(), theta: [3.5, 2], logBase: minusLogs, nodes: positive(-12, 4) },
    { family: gamma(), theta: [0.4, 0.3], logBase: minusLogs, nodes: positive(-80, 6) },
    betaCase(2, 5, 25),
    betaCase(1.2, 3, 30),
    { family: dirichlet(), theta: [2, 0.8, 3], logBase: minusLogs, nodes: simplex },
    { family: poisson(), theta: [3.2], logBase: ([x]) => -logGamma(x! + 1), nodes: counts(60) },
    { family: poisson(), theta: [37], logBase: ([x]) => -logGamma(x! + 1), nodes: counts(200) },
    { family: bernoulli(), theta: [0.3], logBase: none, nodes: counts(2) },
    { family: categorical({ categories: 4 }), theta: [0.1, 0.4, 0.2, 0.3], logBase: none, nodes: counts(4) },
  ] satisfies FamilyCase[]
).map((one) => [`${one.family.name} of ${one.theta.join(", ")}`, one] as const);
