/**
 * Annealing: a path of densities from a normalised base to the target. Parallel tempering, sequential Monte Carlo and
 * annealed importance sampling share it, and temper nothing themselves.
 */

import { jvp } from "../../autodiff/grad.js";
import { real, type Support } from "../../energies/support.js";
import type { Expr, Operand } from "../../ir/expr.js";
import { add, mul, square, sub } from "../../ops/arithmetic.js";
import { argmax } from "../../ops/extrema.js";
import { full, oneHot } from "../../ops/indexing.js";
import { cast, constant, scalar } from "../../ops/leaf.js";
import { less, where } from "../../ops/logic.js";
import { broadcastTo, reshape } from "../../ops/shape.js";
import { InputError } from "../../util/errors.js";
import { type Shape, sizeOf, tensor } from "../../util/tensor.js";
import { type Frame, type GivenBlocks, type Proposal, supportOf, type Target } from "../target.js";
import { sumEvent } from "./metropolis.js";

/** A normalised density where annealing begins: drawn from and evaluated exactly. */
export type AnnealingBase = Pick<Proposal, "noise" | "sample" | "logProb">;

/** `N(0, scale² I)`. */
export function normalBase(event: Shape, scale: number): AnnealingBase {
  const logNormalizer = sizeOf(event) * Math.log(scale * Math.sqrt(2 * Math.PI));
  const logProb = (x: Expr): Expr => sub(mul(-0.5 / scale ** 2, sumEvent(square(x))), logNormalizer);
  return {
    noise: (n) => ({ z: { law: "normal", shape: [n, ...event] } }),
    sample({ z }) {
      const x = mul(scale, z!);
      return { x, logProb: logProb(x) };
    },
    logProb,
  };
}

type Discrete = Exclude<Support, { kind: "real" }>;

/** Logarithm of the number of points of a support. */
const logVolume = (support: Discrete, event: Shape): number =>
  support.kind === "binary"
    ? sizeOf(event) * Math.LN2
    : (sizeOf(event) / support.categories) * Math.log(support.categories);

/** Every point of a discrete support with equal probability. */
export function uniformBase(support: Discrete, event: Shape): AnnealingBase {
  const logProb = (x: Expr): Expr => full([x.shape[0]!], -logVolume(support, event), widthOf(x));
  const points = (z: Expr): Expr =>
    support.kind === "binary"
      ? where(less(z, 0), scalar(support.values[0], z.dtype), scalar(support.values[1], z.dtype))
      : oneHot(argmax(z), support.categories, widthOf(z));
  const law = support.kind === "binary" ? "rademacher" : "gumbel";
  return {
    noise: (n) => ({ z: { law, shape: [n, ...event] } }),
    sample({ z }) {
      const x = points(z!);
      return { x, logProb: logProb(x) };
    },
    logProb,
  };
}

const widthOf = (e: Expr): "float32" | "float64" => e.dtype as "float32" | "float64";

/**
 * Where annealing to a target begins: for discrete points the uniform law, for real ones `N(0, scale² I)` or the
 * target's flow. @throws InputError when the flow is asked for and there is none.
 */
export function baseOf<P>(
  { event, support = real, proposal }: Pick<Frame, "event" | "support"> & { readonly proposal?: P | undefined },
  base: "normal" | "flow",
  scale: number,
): AnnealingBase | P {
  if (support.kind !== "real") return uniformBase(support, event);
  if (base === "normal") return normalBase(event, scale);
  if (!proposal) throw new InputError("annealing: base flow needs a flow, and the model has none");
  return proposal;
}

/** Densities `exp(−U_β)` from the base at β = 0 to the target at β = 1; `β` is a number, a scalar, or one a row `(n)`. */
export interface AnnealingPath {
  readonly base: AnnealingBase;
  /** `U_β(x) (n)`. `∫ exp(−U₀) = 1`, and `U₁ = E`. */
  energy(x: Expr, beta: Operand): Expr;
  /** `U_to(x) − U_from(x)`, without the rounding of their difference where that can be. */
  difference(x: Expr, from: Operand, to: Operand): Expr;
  /** `∂U_β/∂β (n)` at a scalar expression β that is no constant. */
  slope(x: Expr, beta: Expr): Expr;
}

/**
 * `U_β = −(1 − β) log ρ + β E` with the base's density ρ; for discrete points whose energy has blocks `U_β` is their
 * tempered energy, shifted by `(1 − β) log Z₀` so that the path begins normalised.
 */
export function annealingPath(target: Target, base: AnnealingBase): AnnealingPath {
  const support = supportOf(target);
  const { blocks, event } = target;
  return blocks && support.kind !== "real" ? blockPath(blocks, support, event, base) : geometricPath(target, base);
}

const rest = (beta: Operand): Operand => (typeof beta === "number" ? 1 - beta : sub(1, beta));
const minus = (a: Operand, b: Operand): Operand => (typeof a === "number" && typeof b === "number" ? a - b : sub(a, b));

/** The geometric mean of base and target with weights `1 − β` and `β` (Neal 2001): linear in β. */
function geometricPath({ energy }: Target, base: AnnealingBase): AnnealingPath {
  const slope = (x: Expr): Expr => add(energy(x), base.logProb(x));
  return {
    base,
    energy: (x, beta) => sub(mul(beta, energy(x)), mul(rest(beta), base.logProb(x))),
    difference: (x, from, to) => mul(minus(to, from), slope(x)),
    slope,
  };
}

/** The tempered laws of an energy's blocks; at β = 0 they are uniform. */
function blockPath(blocks: GivenBlocks, support: Discrete, event: Shape, base: AnnealingBase): AnnealingPath {
  // At β = 0 the energy is the same everywhere on the support: one point tells log Z₀ = log volume − U.
  const logZ0 = (x: Expr): Expr =>
    sub(logVolume(support, event), reshape(blocks.tempered(onePoint(support, event, widthOf(x)), 0), []));
  const energy = (x: Expr, beta: Operand): Expr => add(blocks.tempered(x, beta), mul(rest(beta), logZ0(x)));
  return {
    base,
    energy,
    difference: (x, from, to) => sub(energy(x, to), energy(x, from)),
    slope: (x, beta) => jvp(energy(x, beta), beta, scalar(1, beta.dtype)),
  };
}

/** Some point of a support, `(1, ...event)`. */
function onePoint(support: Discrete, event: Shape, dtype: "float32" | "float64"): Expr {
  const first = (i: number): number => (support.kind === "binary" ? support.values[0] : i % support.categories ? 0 : 1);
  return cast(
    constant(
      tensor(
        Float64Array.from({ length: sizeOf(event) }, (_, i) => first(i)),
        [1, ...event],
      ),
    ),
    dtype,
  );
}

/**
 * The law at β of a path as a target of its own, for any kernel: its energy is `U_β`, and discrete blocks are drawn at
 * β. Real ones are left out: their tempered law is not that of a path from a base.
 * @param beta a number, a scalar, or one a row; of any width.
 */
export function temperedTarget(target: Target, path: AnnealingPath, beta: Operand): Target {
  const { event, chains, support, proposal, blocks } = target;
  const at = (x: Expr, b: Operand = 1): Operand => {
    const own = typeof beta === "number" ? beta : cast(beta, x.dtype);
    return b === 1 ? own : typeof own === "number" && typeof b === "number" ? own * b : mul(own, b);
  };
  const drawn = (given: GivenBlocks): GivenBlocks => ({
    noise: given.noise,
    sweep: (x, noise, b) => given.sweep(x, noise, at(x, b)),
    tempered: (x, b) => path.energy(x, at(x, b)),
  });
  return {
    event,
    chains,
    energy: (x) => path.energy(x, at(x)),
    ...(support ? { support } : {}),
    ...(proposal ? { proposal } : {}),
    ...(blocks && supportOf(target).kind !== "real" ? { blocks: drawn(blocks) } : {}),
  };
}

/** Inverse temperatures of levels as one number a row: each repeated for every chain, `(levels · chains)`. */
export const betaRows = (betas: readonly number[], chains: number): Expr => {
  const column = constant(tensor(Float64Array.from(betas), [betas.length, 1]));
  return reshape(broadcastTo(column, [betas.length, chains]), [betas.length * chains]);
};
