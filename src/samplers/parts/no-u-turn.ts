/** The trajectory of the no-U-turn sampler: it doubles until it turns, and a point of it is chosen on the way. */

import type { Expr, Operand } from "../../ir/expr.js";
import { add, div, exp, mul, sigmoid, square, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { max, minimum } from "../../ops/extrema.js";
import { full, gather } from "../../ops/indexing.js";
import { cast, constant, scalar } from "../../ops/leaf.js";
import { and, less, lessEqual, not, or, where } from "../../ops/logic.js";
import { reshape, sum } from "../../ops/shape.js";
import { softplus } from "../../ops/special.js";
import { repeatWhile } from "../../ops/while.js";
import { tensor } from "../../util/tensor.js";
import { DIVERGENT } from "./divergent.js";
import { chooseRows } from "./metropolis.js";
import { anyTurned, firstKept, halvesTurned, keepLeaf, nothingKept } from "./turning.js";

/** Pairs of leaves that share one uniform number: each choice uses up part of it, and what is left is uniform again. */
export const PAIRS_A_UNIFORM = 8;

/** A point of a trajectory: `x`, `p`, `gradient` are `(chains, d)`, `energy` is `(chains)`. */
export type Point = ExprRecord<"x" | "p" | "gradient" | "energy">;

/** One leapfrog step of signed size `(chains, 1)`. */
export type Leapfrog = (from: Point, step: Expr) => Point;

export const leapfrogOn =
  (at: (x: Expr) => { energy: Expr; gradient: Expr }): Leapfrog =>
  ({ x, p, gradient }, step) => {
    const half = sub(p, mul(mul(0.5, step), gradient));
    const y = add(x, mul(step, half));
    const there = at(y);
    return { x: y, p: sub(half, mul(mul(0.5, step), there.gradient)), ...there };
  };

export const kinetic = (p: Expr): Expr => mul(0.5, sum(square(p), 1));

/** `log(e^a + e^b)` for a finite `b`; `a` may be −∞. */
const logAdd = (a: Expr, b: Expr): Expr => add(b, softplus(sub(a, b)));

export interface TrajectorySetup {
  readonly leapfrog: Leapfrog;
  readonly start: Expr;
  readonly depth: number;
  readonly uniforms: Expr;
}

/** A bool a chain as 0 or 1. */
const count = (condition: Expr, like: Expr): Expr => cast(condition, like.dtype);

/** Whether any chain still says yes. */
const any = (condition: Expr): Expr => less(0.5, max(cast(condition, "float32")));

const none = (chains: number): Expr => constant(tensor(new Uint8Array(chains)));
const all = (chains: number): Expr => constant(tensor(new Uint8Array(chains).fill(1)));

/** A leaf: the log-weight `H₀ − H` it has, and whether the trajectory diverged there. */
function weigh(point: Point, start: Expr): { logWeight: Expr; diverged: Expr } {
  const logWeight = sub(start, add(point.energy, kinetic(point.p)));
  return { logWeight, diverged: not(less(-DIVERGENT, logWeight)) };
}

/** Take a leaf into a subtree: it becomes the subtree's proposal with probability of its share of the weight. */
function takeLeaf(tree: ExprRecord, leaf: Point, start: Expr): ExprRecord {
  const { logWeight, diverged } = weigh(leaf, start);
  const share = sigmoid(sub(logWeight, tree.logWeight!));
  const taken = less(tree.u!, share);
  const was = tree.valid!;
  return {
    ...tree,
    ...leaf,
    chosenX: chooseRows(taken, leaf.x, tree.chosenX!),
    chosenGradient: chooseRows(taken, leaf.gradient, tree.chosenGradient!),
    chosenEnergy: where(taken, leaf.energy, tree.chosenEnergy!),
    logWeight: logAdd(tree.logWeight!, logWeight),
    rho: add(tree.rho!, leaf.p),
    // What is left of the uniform number, stretched back to (0, 1).
    u: where(taken, div(tree.u!, share), div(sub(tree.u!, share), sub(1, share))),
    acceptances: add(tree.acceptances!, where(and(was, not(diverged)), exp(minimum(logWeight, 0)), 0)),
    leaves: add(tree.leaves!, count(was, logWeight)),
    valid: and(was, not(diverged)),
    diverged: or(tree.diverged!, and(was, diverged)),
  };
}

/**
 * A subtree of `2^level` leaves beyond one end of the trajectory, two leaves at a time, until all chains have turned or
 * diverged inside it. A chain that is done goes on with the others, and what it does no longer counts.
 */
function buildSubtree(
  { leapfrog, start, depth, uniforms }: TrajectorySetup,
  from: Point,
  step: Expr,
  level: Expr,
  carried: ExprRecord<"u" | "active">,
): ExprRecord {
  const [chains, d] = from.x.shape as [number, number];
  const dtype = from.x.dtype as "float32" | "float64";
  const nothing = full([chains], 0, dtype);
  const zeros = full([chains, d], 0, dtype);
  const counts = constant(tensor(BigInt64Array.from({ length: depth }, (_, j) => 2n ** BigInt(Math.max(0, j - 1)))));
  const before = gather(counts, level); // pairs of this subtree, and of all levels below it but the first leaf
  const init: ExprRecord = {
    ...from,
    ...{ chosenX: from.x, chosenGradient: from.gradient, chosenEnergy: from.energy },
    logWeight: full([chains], Number.NEGATIVE_INFINITY, dtype),
    ...{ rho: zeros, u: carried.u, kept: nothingKept(depth, chains, d, dtype) },
    ...{ acceptances: nothing, leaves: nothing, valid: carried.active, diverged: none(chains) },
    work: scalar(0, dtype),
  };
  return repeatWhile({ init, most: before, condition: ({ valid }) => any(valid!) }, (tree, m) => {
    const index = add(before, m);
    const row = div(index, scalar(PAIRS_A_UNIFORM, "int64"));
    const isFresh = lessEqual(index, mul(row, scalar(PAIRS_A_UNIFORM, "int64")));
    const u = where(isFresh, gather(uniforms, row), tree.u!);
    const first = leapfrog(tree as unknown as Point, step);
    const one = takeLeaf({ ...tree, u }, first, start);
    const opening = { p: first.p, last: tree.p!, rho: tree.rho! };
    const kept = keepLeaf(tree.kept!, m, opening, depth);
    const two = takeLeaf(one, leapfrog(first, step), start);
    const turned = anyTurned(kept, m, opening, { p: two.p!, rho: two.rho! }, depth);
    return { ...two, kept, valid: and(two.valid!, not(turned)), work: add(tree.work!, 2) };
  });
}

/** The trajectory doubled by a subtree: its proposal moves to the subtree's with probability `min(1, W′/W)`. */
function merge(tree: ExprRecord, subtree: ExprRecord, forward: Expr, uniform: Expr): ExprRecord {
  const whole = and(tree.active!, subtree.valid!);
  const moves = and(whole, less(uniform, exp(sub(subtree.logWeight!, tree.logWeight!))));
  const end = (name: "x" | "p" | "gradient"): Record<string, Expr> => ({
    [`${name}Right`]: where(forward, subtree[name]!, tree[`${name}Right`]!),
    [`${name}Left`]: where(forward, tree[`${name}Left`]!, subtree[name]!),
  });
  const ends = { ...end("x"), ...end("p"), ...end("gradient") } as Record<string, Expr>;
  const rho = add(tree.rho!, subtree.rho!);
  const near = where(forward, tree.pRight!, tree.pLeft!);
  const far = where(forward, tree.pLeft!, tree.pRight!);
  const turned = halvesTurned(
    { first: far, last: near, rho: tree.rho! },
    { first: subtree.firstP!, last: subtree.p!, rho: subtree.rho! },
  );
  return {
    ...ends,
    x: chooseRows(moves, subtree.chosenX!, tree.x!),
    gradient: chooseRows(moves, subtree.chosenGradient!, tree.gradient!),
    energy: where(moves, subtree.chosenEnergy!, tree.energy!),
    rho,
    logWeight: logAdd(tree.logWeight!, subtree.logWeight!),
    u: subtree.u!,
    active: and(whole, not(turned)),
    acceptances: add(tree.acceptances!, subtree.acceptances!),
    leaves: add(tree.leaves!, subtree.leaves!),
    diverged: or(tree.diverged!, subtree.diverged!),
    depth: add(tree.depth!, count(whole, rho)),
    work: add(tree.work!, subtree.work!),
  };
}

/** The first doubling: a single leaf, of which there is nothing to choose. */
function firstLeaf({ leapfrog, start }: TrajectorySetup, from: Point, step: Expr): ExprRecord {
  const leaf = leapfrog(from, step);
  const { logWeight, diverged } = weigh(leaf, start);
  const one = full([from.x.shape[0]!], 1, from.x.dtype as "float32" | "float64");
  return {
    ...leaf,
    ...{
      chosenX: leaf.x,
      chosenGradient: leaf.gradient,
      chosenEnergy: leaf.energy,
      logWeight,
      rho: leaf.p,
      firstP: leaf.p,
    },
    ...{ acceptances: where(diverged, 0, exp(minimum(logWeight, 0))), leaves: one },
    ...{ valid: not(diverged), diverged, work: scalar(1, leaf.x.dtype as "float32" | "float64") },
  };
}

/** The trajectory from a point until it turns, and what was chosen from it: `x`, `gradient`, `energy`, and its numbers. */
export function growTrajectory(setup: TrajectorySetup, from: Point, stepSize: Operand, noise: ExprRecord): ExprRecord {
  const { depth, uniforms } = setup;
  const [chains] = from.x.shape as [number, number];
  const dtype = from.x.dtype as "float32" | "float64";
  const nothing = full([chains], 0, dtype);
  const first = reshape(gather(uniforms, scalar(0, "int64")), [chains]);
  const init: ExprRecord = {
    ...{ xLeft: from.x, pLeft: from.p, gradientLeft: from.gradient },
    ...{ xRight: from.x, pRight: from.p, gradientRight: from.gradient },
    ...{ x: from.x, gradient: from.gradient, energy: from.energy, rho: from.p },
    ...{ logWeight: nothing, u: first, active: all(chains) },
    ...{ acceptances: nothing, leaves: nothing, diverged: none(chains), depth: nothing, work: scalar(0, dtype) },
  };
  const directed = (level: Expr): { sign: Expr; forward: Expr } => {
    const sign = reshape(gather(noise.direction!, level), [chains, 1]);
    return { sign: mul(sign, stepSize), forward: less(0, sign) };
  };
  const endOf = (tree: ExprRecord, forward: Expr): Point => ({
    x: where(forward, tree.xRight!, tree.xLeft!),
    p: where(forward, tree.pRight!, tree.pLeft!),
    gradient: where(forward, tree.gradientRight!, tree.gradientLeft!),
    energy: tree.energy!,
  });
  const uniformAt = (level: Expr): Expr => reshape(gather(noise.merge!, level), [chains]);
  const zero = scalar(0, "int64");
  const start = directed(zero);
  const leaf = { ...firstLeaf(setup, endOf(init, start.forward), start.sign), u: first };
  const doubled = merge(init, leaf, start.forward, uniformAt(zero));
  if (depth === 1) return doubled;
  return repeatWhile(
    { init: doubled, most: scalar(depth - 1, "int64"), condition: ({ active }) => any(active!) },
    (tree, j) => {
      const level = add(j, scalar(1, "int64"));
      const { sign, forward } = directed(level);
      const carried = { u: tree.u!, active: tree.active! };
      const grown = buildSubtree(setup, endOf(tree, forward), sign, level, carried);
      const subtree = { ...grown, firstP: firstKept(grown.kept!, grown.p!) };
      return merge(tree, subtree, forward, uniformAt(level));
    },
  );
}
