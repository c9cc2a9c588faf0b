import { z } from "zod";
import { add, mul, neg } from "../ops/arithmetic.js";
import { tensor } from "../util/tensor.js";
import { clipByNorm } from "./clip.js";
import { learningRate, rateOptions } from "./schedule.js";
import { chain, optimizer, type Transform } from "./transform.js";

/** Stochastic gradient descent with momentum: `u ← μ u + g`, `θ ← θ − η u`. */
export const sgd = optimizer({
  name: "sgd",
  about: "Gradient descent with momentum.",
  cite: "Polyak (1964), Some methods of speeding up the convergence of iteration methods",
  options: z.object({
    ...rateOptions,
    momentum: z.number().min(0).lt(1).default(0).describe("μ, the share of the last update that is kept"),
    clip: z.number().positive().nullable().default(null).describe("largest norm of the gradient; null does not clip"),
  }),
  build(options, steps) {
    const descent: Transform = {
      // Without momentum the last update is not needed, so it is no part of the state.
      init: (size) => ({
        ...(options.momentum === 0 ? {} : { u: tensor(new Float32Array(size)) }),
        step: tensor(Float32Array.of(0), []),
      }),
      update(g, { u: last, step }) {
        const u = last ? add(mul(options.momentum, last), g) : g;
        const update = mul(neg(learningRate(options, step!, steps)), u);
        return { update, state: { ...(last ? { u } : {}), step: add(step!, 1) } };
      },
    };
    return options.clip === null ? descent : chain(clipByNorm(options.clip), descent);
  },
});
