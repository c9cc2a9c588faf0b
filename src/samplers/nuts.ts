import { z } from "zod";
import type { Expr, Operand } from "../ir/expr.js";
import { add, div, exp, mul, square, sub } from "../ops/arithmetic.js";
import type { ExprRecord } from "../ops/control.js";
import { max, minimum } from "../ops/extrema.js";
import { full, gather } from "../ops/indexing.js";
import { cast, constant, scalar } from "../ops/leaf.js";
import { and, less, lessEqual, not, or, where } from "../ops/logic.js";
import { broadcastTo, expandDims, reshape, stack, sum } from "../ops/shape.js";
import { logSumExp } from "../ops/special.js";
import { repeatWhile } from "../ops/while.js";
import { type Shape, sizeOf, tensor } from "../util/tensor.js";
import { DIVERGENT } from "./hmc.js";
import { chooseRows, energyAndGradient } from "./metropolis.js";
import { sampler } from "./sampler.js";
import type { Target } from "./target.js";

/** Leaves that share one uniform number: each choice uses up part of it, and what is left is uniform again. */
const PAIRS_A_UNIFORM = 8;

/** A point of a trajectory: `x`, `p`, `gradient` are `(chains, d)`, `energy` is `(chains)`. */
type Point = ExprRecord<"x" | "p" | "gradient" | "energy">;

/** One leapfrog step of signed size `(chains, 1)`. */
type Leapfrog = (from: Point, step: Expr) => Point;

const leapfrogOn =
  (at: (x: Expr) => { energy: Expr; gradient: Expr }): Leapfrog =>
  ({ x, p, gradient }, step) => {
    const half = sub(p, mul(mul(0.5, step), gradient));
    const y = add(x, mul(step, half));
    const there = at(y);
    return { x: y, p: sub(half, mul(mul(0.5, step), there.gradient)), ...there };
  };

const kinetic = (p: Expr): Expr => mul(0.5, sum(square(p), 1));

/**
 * Whether a stretch of trajectory has turned: its summed momentum, half its two ends left out, points against one of
 * its ends (the generalised criterion of Betancourt 2017). Shapes `(..., chains, d)`; returns `(..., chains)`.
 */
function hasTurned(first: Expr, last: Expr, rho: Expr): Expr {
  const between = sub(rho, mul(0.5, add(first, last)));
  const along = (p: Expr): Expr => sum(mul(p, between), p.shape.length - 1);
  return or(lessEqual(along(first), 0), lessEqual(along(last), 0));
}

/** Table of numbers as a constant of a width. */
const table = (rows: readonly (readonly number[])[], dtype: "float32" | "float64"): Expr =>
  cast(constant(tensor(Float64Array.from(rows.flat()), [rows.length, rows[0]!.length])), dtype);

const bits = (n: number): number => (n === 0 ? 0 : (n & 1) + bits(n >> 1));
const trailingOnes = (n: number): number => ((n & 1) === 0 ? 0 : 1 + trailingOnes(n >> 1));

/**
 * Where the `m`-th pair of leaves of a subtree keeps its first momentum, and against which of the kept ones its second
 * leaf closes a subtree: leaf `n` (from 0) has the slot `bits(n >> 1)`, and an odd one closes as many subtrees as it has
 * trailing ones.
 */
function slotTables(pairs: number, slots: number, dtype: "float32" | "float64"): { keep: Expr; close: Expr } {
  const rows = (f: (m: number, slot: number) => boolean) =>
    table(
      Array.from({ length: pairs }, (_, m) => Array.from({ length: slots }, (__, s) => (f(m, s) ? 1 : 0))),
      dtype,
    );
  return {
    keep: rows((m, s) => s === bits(m)),
    close: rows((m, s) => s <= bits(m) && s >= bits(m) - trailingOnes(m)),
  };
}

/** `log(e^a + e^b)` elementwise. */
const logAdd = (a: Expr, b: Expr): Expr => logSumExp(stack([a, b], 0), 0);

interface Setup {
  readonly leapfrog: Leapfrog;
  readonly start: Expr;
  readonly depth: number;
  readonly uniforms: Expr;
}

/** One number a chain, `(chains)` of 0 and 1 from a condition. */
const flag = (condition: Expr, like: Expr): Expr => cast(condition, like.dtype);

/** A leaf: the log-weight `H₀ − H` it has, and whether the trajectory diverged there. */
function weigh(point: Point, start: Expr): { logWeight: Expr; diverged: Expr } {
  const logWeight = sub(start, add(point.energy, kinetic(point.p)));
  return { logWeight, diverged: not(less(-DIVERGENT, logWeight)) };
}

const acceptanceOf = (logWeight: Expr): Expr => {
  const a = exp(minimum(logWeight, 0));
  return where(lessEqual(0, a), a, 0);
};

/** Take a leaf into a subtree: it becomes the subtree's proposal with probability of its share of the weight. */
function takeLeaf(tree: ExprRecord, leaf: Point, start: Expr): ExprRecord {
  const { logWeight, diverged } = weigh(leaf, start);
  const total = logAdd(tree.logWeight!, logWeight);
  const share = exp(sub(logWeight, total));
  const taken = less(tree.u!, share);
  const valid = tree.valid!;
  return {
    ...tree,
    x: leaf.x,
    p: leaf.p,
    gradient: leaf.gradient,
    energy: leaf.energy,
    chosenX: chooseRows(taken, leaf.x, tree.chosenX!),
    chosenGradient: chooseRows(taken, leaf.gradient, tree.chosenGradient!),
    chosenEnergy: where(taken, leaf.energy, tree.chosenEnergy!),
    logWeight: total,
    rho: add(tree.rho!, leaf.p),
    u: where(taken, div(tree.u!, share), div(sub(tree.u!, share), sub(1, share))),
    acceptances: add(tree.acceptances!, mul(valid, acceptanceOf(logWeight))),
    leaves: add(tree.leaves!, valid),
    valid: mul(valid, flag(not(diverged), valid)),
    diverged: add(tree.diverged!, mul(valid, flag(diverged, valid))),
  };
}

/**
 * A subtree of `2^level` leaves beyond one end of the trajectory, two leaves at a time, until all chains have turned or
 * diverged inside it. A chain that is done goes on with the others, and what it does no longer counts.
 */
function buildSubtree(
  { leapfrog, start, depth, uniforms }: Setup,
  from: Point,
  step: Expr,
  level: Expr,
  carried: ExprRecord<"u" | "active">,
): ExprRecord {
  const [chains, d] = from.x.shape as [number, number];
  const dtype = from.x.dtype as "float32" | "float64";
  const slots = Math.max(1, depth - 1);
  const pairs = 2 ** Math.max(0, depth - 2);
  const { keep, close } = slotTables(pairs, slots, dtype);
  const nothing = full([chains], 0, dtype);
  const zeros = full([chains, d], 0, dtype);
  const kept = full([slots, chains, d], 0, dtype);
  const counts = constant(tensor(BigInt64Array.from({ length: depth }, (_, j) => 2n ** BigInt(Math.max(0, j - 1)))));
  const before = gather(counts, level); // pairs of this subtree, and of all levels below it but the first leaf
  const init: ExprRecord = {
    ...from,
    ...{ chosenX: from.x, chosenGradient: from.gradient, chosenEnergy: from.energy },
    logWeight: full([chains], Number.NEGATIVE_INFINITY, dtype),
    ...{ rho: zeros, u: carried.u, keptP: kept, keptRho: kept },
    ...{ acceptances: nothing, leaves: nothing, valid: carried.active, diverged: nothing },
  };
  return repeatWhile({ init, most: before, condition: ({ valid }) => less(0.5, max(valid!)) }, (tree, m) => {
    const index = add(before, m);
    const row = div(index, scalar(PAIRS_A_UNIFORM, "int64"));
    const isFresh = flag(lessEqual(index, mul(row, scalar(PAIRS_A_UNIFORM, "int64"))), tree.u!);
    const u = add(mul(isFresh, gather(uniforms, row)), mul(sub(1, isFresh), tree.u!));
    const first = leapfrog(tree as unknown as Point, step);
    const one = takeLeaf({ ...tree, u }, first, start);
    const at = (rows: Expr): Expr => reshape(gather(rows, m), [slots, 1, 1]);
    const here = less(0.5, at(keep));
    const keptP = where(here, expandDims(first.p, 0), tree.keptP!);
    const keptRho = where(here, expandDims(one.rho!, 0), tree.keptRho!);
    const two = takeLeaf(one, leapfrog(first, step), start);
    // The stretch from a kept leaf to this one: sums up to here less those before the kept leaf.
    const stretch = add(sub(expandDims(two.rho!, 0), keptRho), keptP);
    const turned = hasTurned(keptP, broadcastTo(expandDims(two.p!, 0), keptP.shape), stretch);
    const asked = less(0.5, reshape(gather(close, m), [slots, 1]));
    const anyTurned = max(flag(and(broadcastTo(asked, turned.shape), turned), two.valid!), 0);
    return { ...two, keptP, keptRho, valid: mul(two.valid!, sub(1, anyTurned)) };
  });
}

/** The trajectory doubled by a subtree: its proposal moves to the subtree's with probability `min(1, W′/W)`. */
function merge(tree: ExprRecord, subtree: ExprRecord, forward: Expr, uniform: Expr): ExprRecord {
  const whole = mul(tree.active!, subtree.valid!);
  const isWhole = less(0.5, whole);
  const moves = and(isWhole, less(uniform, exp(sub(subtree.logWeight!, tree.logWeight!))));
  const end = (name: "x" | "p" | "gradient"): Record<string, Expr> => ({
    [`${name}Right`]: where(forward, subtree[name]!, tree[`${name}Right`]!),
    [`${name}Left`]: where(forward, tree[`${name}Left`]!, subtree[name]!),
  });
  const ends = { ...end("x"), ...end("p"), ...end("gradient") } as Record<string, Expr>;
  const rho = add(tree.rho!, subtree.rho!);
  const turned = hasTurned(ends.pLeft!, ends.pRight!, rho);
  return {
    ...ends,
    x: chooseRows(moves, subtree.chosenX!, tree.x!),
    gradient: chooseRows(moves, subtree.chosenGradient!, tree.gradient!),
    energy: where(moves, subtree.chosenEnergy!, tree.energy!),
    rho,
    logWeight: logAdd(tree.logWeight!, subtree.logWeight!),
    u: subtree.u!,
    active: mul(whole, flag(not(turned), whole)),
    acceptances: add(tree.acceptances!, subtree.acceptances!),
    leaves: add(tree.leaves!, subtree.leaves!),
    diverged: add(tree.diverged!, subtree.diverged!),
    depth: add(tree.depth!, tree.active!),
    work: add(tree.work!, max(subtree.leaves!)),
  };
}

/** The first doubling: a single leaf, of which there is nothing to choose. */
function firstLeaf({ leapfrog, start }: Setup, from: Point, step: Expr): ExprRecord {
  const leaf = leapfrog(from, step);
  const { logWeight, diverged } = weigh(leaf, start);
  const one = full([from.x.shape[0]!], 1, from.x.dtype as "float32" | "float64");
  return {
    ...leaf,
    ...{ chosenX: leaf.x, chosenGradient: leaf.gradient, chosenEnergy: leaf.energy, logWeight, rho: leaf.p },
    ...{ acceptances: acceptanceOf(logWeight), leaves: one },
    ...{ valid: flag(not(diverged), one), diverged: flag(diverged, one) },
  };
}

function trajectory(setup: Setup, from: Point, stepSize: Operand, noise: ExprRecord): ExprRecord {
  const { depth, uniforms } = setup;
  const [chains] = from.x.shape as [number, number];
  const dtype = from.x.dtype as "float32" | "float64";
  const nothing = full([chains], 0, dtype);
  const first = reshape(gather(uniforms, scalar(0, "int64")), [chains]);
  const init: ExprRecord = {
    ...{ xLeft: from.x, pLeft: from.p, gradientLeft: from.gradient },
    ...{ xRight: from.x, pRight: from.p, gradientRight: from.gradient },
    ...{ x: from.x, gradient: from.gradient, energy: from.energy, rho: from.p },
    ...{ logWeight: nothing, u: first, active: full([chains], 1, dtype) },
    ...{ acceptances: nothing, leaves: nothing, diverged: nothing, depth: nothing, work: scalar(0, dtype) },
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
    { init: doubled, most: scalar(depth - 1, "int64"), condition: ({ active }) => less(0.5, max(active!)) },
    (tree, j) => {
      const level = add(j, scalar(1, "int64"));
      const { sign, forward } = directed(level);
      const carried = { u: tree.u!, active: tree.active! };
      const subtree = buildSubtree(setup, endOf(tree, forward), sign, level, carried);
      return merge(tree, subtree, forward, uniformAt(level));
    },
  );
}

/** Flat points `(chains, d)` as the energy of the target sees them. */
function flatEnergy({ energy, event, chains }: Target): (x: Expr) => { energy: Expr; gradient: Expr } {
  const d = sizeOf(event);
  const shaped = (x: Expr, shape: Shape): Expr => reshape(x, [chains, ...shape]);
  return (x) => {
    const { energy: e, gradient } = energyAndGradient((y) => energy(shaped(y, event)), x);
    return { energy: e, gradient: shaped(gradient, [d]) };
  };
}

/**
 * The no-U-turn sampler with multinomial choice along the trajectory. A trajectory doubles, each time forwards or
 * backwards at random, until its ends turn towards each other or it diverges; the next draw is chosen from it, the later
 * half preferred. All chains double together: a chain that has turned waits for the others. `maxDepth` d allows
 * `2^d − 1` leapfrog steps; `gradients` counts those that were computed, waiting included.
 */
export const nuts = sampler({
  name: "nuts",
  about: "Hamiltonian trajectories that stop when they turn back: exact, and only a step size to tune.",
  cite: "Hoffman & Gelman (2014), The No-U-Turn sampler; Betancourt (2017), A conceptual introduction to Hamiltonian Monte Carlo; Phan, Pradhan & Jankowiak (2019), Composable effects for flexible and accelerated probabilistic programming",
  exact: true,
  tuning: { option: "stepSize", info: "acceptance", target: 0.8 },
  metric: "diagonal",
  gradients: () => null,
  options: z.object({
    stepSize: z.number().positive().default(0.1).describe("ε, the leapfrog step size"),
    maxDepth: z.number().int().min(1).max(12).default(10).describe("doublings of a trajectory at most"),
  }),
  kernel(target, { stepSize, maxDepth }) {
    const { event, chains } = target;
    const depth = maxDepth as number;
    const d = sizeOf(event);
    const at = flatEnergy(target);
    const rows = Math.ceil(2 ** (depth - 1) / PAIRS_A_UNIFORM);
    return {
      noise: {
        momentum: { law: "normal", shape: [chains, ...event] },
        direction: { law: "rademacher", shape: [depth, chains] },
        merge: { law: "uniform", shape: [depth, chains] },
        leaf: { law: "uniform", shape: [rows, chains] },
      },
      init: (x) => {
        const { energy, gradient } = at(reshape(x, [chains, d]));
        return { x, energy, gradient: reshape(gradient, [chains, ...event]) };
      },
      step({ x, energy, gradient }, noise) {
        const p = reshape(noise.momentum!, [chains, d]);
        const start = add(energy!, kinetic(p));
        const from: Point = {
          x: reshape(x!, [chains, d]),
          p,
          gradient: reshape(gradient!, [chains, d]),
          energy: energy!,
        };
        const setup = { leapfrog: leapfrogOn(at), start, depth, uniforms: noise.leaf! };
        const end = trajectory(setup, from, stepSize, noise);
        return {
          state: {
            x: reshape(end.x!, x!.shape),
            energy: end.energy!,
            gradient: reshape(end.gradient!, x!.shape),
          },
          info: {
            acceptance: div(end.acceptances!, end.leaves!),
            depth: end.depth!,
            gradients: broadcastTo(reshape(end.work!, [1]), [chains]),
            hamiltonian: start,
            divergent: minimum(end.diverged!, 1),
          },
        };
      },
    };
  },
});
