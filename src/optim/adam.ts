/** Adam and AdamW. */

import { z } from "zod";
import { add, div, expm1, mul, neg, sqrt, square, sub } from "../ops/arithmetic.js";
import { tensor } from "../util/tensor.js";
import { clipByNorm } from "./clip.js";
import { learningRate, rateOptions } from "./schedule.js";
import { chain, optimizer, type Transform } from "./transform.js";

const adamOptions = {
  ...rateOptions,
  beta1: z.number().min(0).lt(1).default(0.9).describe("decay of the first moment"),
  beta2: z.number().min(0).lt(1).default(0.999).describe("decay of the second moment"),
  epsilon: z.number().positive().default(1e-8).describe("added to the root of the second moment"),
  clip: z.number().positive().nullable().default(null).describe("largest norm of the gradient; null does not clip"),
};

type AdamOptions = z.output<z.ZodObject<typeof adamOptions>>;

/** `m̂ / (√v̂ + ε)` times the rate, plus decoupled weight decay. */
function scaleByAdam(options: AdamOptions & { weightDecay: number }, steps: number): Transform {
  const { beta1, beta2, epsilon, weightDecay } = options;
  return {
    init: (size) => ({
      m: tensor(new Float32Array(size)),
      v: tensor(new Float32Array(size)),
      step: tensor(Float32Array.of(0), []),
    }),
    update(g, { m: m0, v: v0, step }, params) {
      const m = add(mul(beta1, m0!), mul(1 - beta1, g));
      const v = add(mul(beta2, v0!), mul(1 - beta2, square(g)));
      const t = add(step!, 1);
      const unbias = (beta: number) => (beta === 0 ? 1 : neg(expm1(mul(Math.log(beta), t))));
      // Both corrections are scalars, so they cost nothing: −η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε).
      const rate = learningRate(options, step!, steps);
      const u2 = unbias(beta2);
      const root = add(typeof u2 === "number" ? sqrt(v) : div(sqrt(v), sqrt(u2)), epsilon);
      const move = mul(neg(div(rate, unbias(beta1))), div(m, root));
      const update = weightDecay === 0 ? move : sub(move, mul(mul(rate, weightDecay), params));
      return { update, state: { m, v, step: t } };
    },
  };
}

const withClip = (limit: number | null, transform: Transform): Transform =>
  limit === null ? transform : chain(clipByNorm(limit), transform);

/** Adam: `θ ← θ − η m̂ / (√v̂ + ε)` with bias-corrected moments. */
export const adam = optimizer({
  name: "adam",
  about: "Adaptive moments: the step of each parameter is scaled by its gradient's recent size.",
  cite: "Kingma & Ba (2015), Adam: a method for stochastic optimization",
  options: z.object(adamOptions),
  build: (options, steps) => withClip(options.clip, scaleByAdam({ ...options, weightDecay: 0 }, steps)),
});

/** AdamW: Adam whose weight decay does not pass through the moments. */
export const adamw = optimizer({
  name: "adamw",
  about: "Adam with decoupled weight decay.",
  cite: "Loshchilov & Hutter (2019), Decoupled weight decay regularization",
  options: z.object({
    ...adamOptions,
    weightDecay: z.number().min(0).default(1e-2).describe("λ: parameters shrink by η λ each update"),
  }),
  build: (options, steps) => withClip(options.clip, scaleByAdam(options, steps)),
});
