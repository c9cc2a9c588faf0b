/** Moves of discrete points that change one site: a coordinate to its other value, or a one-hot vector to another. */

import type { Support } from "../../energies/support.js";
import type { Expr } from "../../ir/expr.js";
import { add, mul, sub } from "../../ops/arithmetic.js";
import { type ExprRecord, scan } from "../../ops/control.js";
import { argmax } from "../../ops/extrema.js";
import { arange, cast, scalar } from "../../ops/leaf.js";
import { and, equal, less, where } from "../../ops/logic.js";
import { expandDims, reshape, sum } from "../../ops/shape.js";
import { logSumExp, mean } from "../../ops/special.js";
import { type NoiseSpecs, stackNoise } from "../../random/noise.js";
import { InputError } from "../../util/errors.js";
import { type Shape, sizeOf } from "../../util/tensor.js";
import type { Transition } from "../sampler.js";
import { type Frame, supportOf, type Target } from "../target.js";

/** The moves from a point; a move is a row of `count` bools of which one holds. */
export interface SiteMoves {
  readonly count: number;
  /** `∇·(y − x)` of every move `x → y`, `(n, count)`: to first order, how much the function changes. */
  change(x: Expr, gradient: Expr): Expr;
  /** Logits `(n, count)` with −∞ for moves that lead nowhere. */
  leading(x: Expr, logits: Expr): Expr;
  /** The point after a move. */
  apply(x: Expr, move: Expr): Expr;
  /** The move that leads from there back to `x`. */
  back(x: Expr, move: Expr): Expr;
}

/** @throws InputError for real points. */
export function siteMoves(support: Support, event: Shape): SiteMoves {
  if (support.kind === "binary") return flips(support.values, sizeOf(event));
  if (support.kind === "categorical") return changes(support.categories, sizeOf(event));
  throw new InputError("siteMoves: real points have no next value to move to");
}

/** Of binary points: one move a coordinate, which leads back as well. */
function flips([low, high]: readonly [number, number], count: number): SiteMoves {
  // The values themselves: `low + high − x` would drift by rounding.
  const other = (x: Expr): Expr => where(less(x, (low + high) / 2), scalar(high, x.dtype), scalar(low, x.dtype));
  return {
    count,
    change: (x, gradient) => reshape(mul(gradient, sub(other(x), x)), [x.shape[0]!, count]),
    leading: (_, logits) => logits,
    apply: (x, move) => where(reshape(move, x.shape), other(x), x),
    back: (_, move) => move,
  };
}

/** Of one-hot points: a move for each site and category, of which those to the site's own category lead nowhere. */
function changes(categories: number, count: number): SiteMoves {
  const sites = (x: Expr): Expr => reshape(x, [x.shape[0]!, count / categories, categories]);
  const rows = (x: Expr): Expr => reshape(x, [x.shape[0]!, count]);
  const held = (x: Expr): Expr => less(0.5, x);
  /** Whether a move changes a site, `(n, sites, 1)`. */
  const changed = (move: Expr, like: Expr): Expr => held(expandDims(sum(cast(sites(move), like.dtype), 2), 2));
  return {
    count,
    change(x, gradient) {
      const g = sites(gradient);
      return rows(sub(g, expandDims(sum(mul(g, sites(x)), 2), 2)));
    },
    leading: (x, logits) => where(held(rows(x)), Number.NEGATIVE_INFINITY, logits),
    apply: (x, move) => reshape(where(changed(move, x), cast(sites(move), x.dtype), sites(x)), x.shape),
    back: (x, move) => rows(and(changed(move, x), held(sites(x)))),
  };
}

/** One move of each row, with probabilities `softmax(logits)`: the largest of the logits with Gumbel noise. */
export function drawMove(logits: Expr, gumbel: Expr): Expr {
  const index = argmax(add(logits, gumbel), 1);
  return equal(expandDims(index, 1), arange(logits.shape[1]!, "int64"));
}

/** Log-probability `(n)` of a move under `softmax(logits)`. */
export const logProbOf = (move: Expr, logits: Expr): Expr => sub(sum(where(move, logits, 0), 1), logSumExp(logits, 1));

/** What `moves` decided moves a step need. */
export function siteNoise(frame: Frame, moves: number): NoiseSpecs {
  const { event, chains } = frame;
  const { count } = siteMoves(supportOf(frame), event);
  return stackNoise(
    { gumbel: { law: "gumbel", shape: [chains, count] }, u: { law: "uniform", shape: [chains] } },
    moves,
  );
}

/** A kernel of as many decided moves a step as there is noise for. */
export function siteKernel<Names extends string>(
  target: Target,
  parts: {
    init(x: Expr): ExprRecord<Names | "x">;
    /** Propose a move of a site, and decide. */
    move(
      sites: SiteMoves,
      current: ExprRecord<Names | "x">,
      noise: ExprRecord<"gumbel" | "u">,
    ): { readonly state: ExprRecord<Names | "x">; readonly acceptance: Expr };
  },
): Transition {
  const sites = siteMoves(supportOf(target), target.event);
  return {
    init: parts.init,
    step(from, drawn) {
      const init = from as ExprRecord<Names | "x">;
      const walk = scan({ init, xs: drawn as ExprRecord<"gumbel" | "u"> }, (current, own) => {
        const { state, acceptance } = parts.move(sites, current, own);
        return { state, outputs: { acceptance } };
      });
      return { state: walk.state, info: { acceptance: mean(walk.outputs.acceptance, 0) } };
    },
  };
}
