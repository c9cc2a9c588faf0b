import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, expm1, mul, neg, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { argmax, minimum } from "../../ops/extrema.js";
import { gather } from "../../ops/indexing.js";
import { arange } from "../../ops/leaf.js";
import { lessEqual, where } from "../../ops/logic.js";
import { concat, reshape, slice } from "../../ops/shape.js";
import { logSumExp } from "../../ops/special.js";
import { sampler } from "../sampler.js";

/**
 * Iterated sampling importance resampling: the current point and `N` draws of a flow, of which one is chosen with
 * probability proportional to `w = e^{−E}/q`, as the largest of `log w` plus Gumbel noise. Exact for every `N`: given
 * the set of points, each is as probable to have been the current one as it is to be chosen. With `N = 1` it is
 * independent Metropolis–Hastings with Barker's acceptance `w(y)/(w(x) + w(y))`; as `N` grows draws become independent.
 * A point whose weight is NaN is never chosen.
 */
export const isir = sampler({
  name: "isir",
  about: "One of several draws of a flow and the current point, by importance: exact, and one batch a step.",
  cite: "Andrieu, Lee & Vihola (2018), Uniform ergodicity of the iterated conditional SMC; Samsonov et al. (2022)",
  exact: true,
  crosses: true,
  needs: ["flow"],
  options: z.object({
    proposals: z.number().int().min(1).max(100000).default(16).describe("N, draws of the flow a step"),
  }),
  gradients: () => 0,
  noise: ({ chains, proposal }, { proposals: n }) => ({
    ...proposal!.noise(chains * n),
    gumbel: { law: "gumbel", shape: [chains, n + 1] },
  }),
  kernel({ energy, event, chains, proposal }, { proposals }) {
    const q = proposal!;
    const n = proposals as number;
    const logWeight = (x: Expr, logProb: Expr): Expr => {
      const w = sub(neg(energy(x)), logProb);
      return where(isNumber(w), w, Number.NEGATIVE_INFINITY);
    };
    return {
      init: (x) => ({ x, logWeight: logWeight(x, q.logProb(x)) }),
      step({ x, logWeight: current }, { gumbel, ...noise }) {
        const { x: y, logProb } = q.sample(noise as ExprRecord);
        // The current point is the first of its row: it is what is left where no point has a weight.
        const points = concat([reshape(x!, [chains, 1, ...event]), reshape(y, [chains, n, ...event])], 1);
        const logs = concat([reshape(current!, [chains, 1]), reshape(logWeight(y, logProb), [chains, n])], 1);
        const chosen = add(argmax(add(logs, gumbel!), 1), mul(arange(chains, "int64"), n + 1));
        const logStay = sub(reshape(slice(logs, 1, 0, 1), [chains]), logSumExp(logs, 1));
        // Where no point has a weight, or the current one an infinite one, the quotient is NaN: it stays.
        const acceptance = where(isNumber(logStay), neg(expm1(minimum(logStay, 0))), 0);
        return {
          state: {
            x: gather(reshape(points, [chains * (n + 1), ...event]), chosen),
            logWeight: gather(reshape(logs, [chains * (n + 1)]), chosen),
          },
          info: { acceptance },
        };
      },
    };
  },
});

const isNumber = (x: Expr): Expr => lessEqual(x, Number.POSITIVE_INFINITY);
