/** Flows set by hand: a Gaussian with given means and scales, warped by a fixed map. */

import type { Bijector } from "../../src/flows/bijector.js";
import { type Flow, makeFlow } from "../../src/flows/flow.js";
import { gaussianBase } from "../../src/flows/gaussian-base.js";
import type { Expr } from "../../src/ir/expr.js";
import { emptyLayout } from "../../src/nn/layout.js";
import { add, exp, mul, neg, square, sub } from "../../src/ops/arithmetic.js";
import { concat, reshape, slice } from "../../src/ops/shape.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { affineBijector } from "./sampler-targets.js";

export interface GivenFlow {
  readonly flow: Flow;
  readonly flowParams: FloatTensor;
}

/** `N(means, diag sds²)`, warped by a map without parameters. */
export const warpedFlow = (means: readonly number[], sds: readonly number[], ...warp: Bijector[]): GivenFlow => ({
  flow: makeFlow(means.length, gaussianBase(means.length), [affineBijector(means.length), ...warp]),
  flowParams: tensor(Float32Array.from([...means, ...sds.map(Math.log)])),
});

const fixed = { layout: emptyLayout, init: () => new Float32Array(0) };
const column = (x: Expr, j: number): Expr => slice(x, 1, j, j + 1);
const flat = (x: Expr): Expr => reshape(x, [x.shape[0]!]);

/** The last coordinate shifted by a function of the one before it: keeps volumes. */
function shifted(by: (before: Expr) => Expr): Bijector {
  const shift = (x: Expr, sign: number): Expr => {
    const d = x.shape[1]!;
    return concat([slice(x, 1, 0, d - 1), add(column(x, d - 1), mul(sign, by(column(x, d - 2))))], 1);
  };
  const none = (x: Expr): Expr => mul(0, flat(column(x, 0)));
  return {
    ...fixed,
    forward: (x) => ({ y: shift(x, 1), logDet: none(x) }),
    inverse: (y) => ({ x: shift(y, -1), logDet: none(y) }),
  };
}

/** The last coordinate plus `slope` times the one before it. */
export const shear = (slope: number): Bijector => shifted((before) => mul(slope, before));

/** The last coordinate less `b (x² − s²)` of the one before it. */
export const bend = (s: number, b: number): Bijector => shifted((before) => mul(-b, sub(square(before), s ** 2)));

/** `xᵢ ↦ xᵢ e^{v/2}` for all coordinates but the first, which is `v`. */
export function widen(): Bijector {
  const scaled = (x: Expr, sign: number): Expr =>
    concat([column(x, 0), mul(slice(x, 1, 1, x.shape[1]!), exp(mul(sign / 2, column(x, 0))))], 1);
  const logDet = (x: Expr): Expr => mul((x.shape[1]! - 1) / 2, flat(column(x, 0)));
  return {
    ...fixed,
    forward: (x) => ({ y: scaled(x, 1), logDet: logDet(x) }),
    inverse: (y) => ({ x: scaled(y, -1), logDet: neg(logDet(y)) }),
  };
}
