/** A proposal that is bent: its Jacobian changes from place to place, as that of an affine flow never does. */

import type { Expr } from "../../src/ir/expr.js";
import { abs, add, cosh, log, log1p, mul, neg, sign, sinh, sqrt, square, sub } from "../../src/ops/arithmetic.js";
import { sum } from "../../src/ops/shape.js";
import type { Proposal } from "../../src/samplers/target.js";

/** `x = sinh z` coordinate by coordinate, `z ~ N(0, I)`, with the width of the expressions it is given. */
export function sinhProposal(d: number): Required<Proposal> {
  const logDetAt = (z: Expr): Expr => sum(log(cosh(z)), 1);
  const asinh = (x: Expr): Expr => {
    const a = abs(x);
    return mul(sign(x), log1p(add(a, sub(sqrt(add(1, square(a))), 1))));
  };
  const base = (z: Expr): Expr => sub(mul(-0.5, sum(square(z), 1)), (d / 2) * Math.log(2 * Math.PI));
  return {
    noise: (n) => ({ z: { law: "normal", shape: [n, d] } }),
    sample: ({ z }) => ({ x: sinh(z!), logProb: sub(base(z!), logDetAt(z!)) }),
    forward: (z) => ({ y: sinh(z), logDet: logDetAt(z) }),
    inverse: (x) => ({ x: asinh(x), logDet: neg(logDetAt(asinh(x))) }),
    logProb: (x) => sub(base(asinh(x)), logDetAt(asinh(x))),
  };
}
