import { z } from "zod";
import { add, exp, mul, neg, square } from "../ops/arithmetic.js";
import { reshape, slice, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { InputError } from "../util/errors.js";
import { sizeOf, tensor } from "../util/tensor.js";
import { energy, makeEnergy } from "./energy.js";

/**
 * `v ~ N(0, s²)` and `xᵢ | v ~ N(0, eᵛ)` for the other coordinates; `v` is the first. With `d` coordinates
 * `E = v²/2s² + e⁻ᵛ Σ xᵢ²/2 + (d − 1) v/2 + log s + d/2 log 2π`: normalised, so log Z = 0.
 * No one step size suits it: in the neck the density is `e^{−v/2}` times steeper than at `v = 0`.
 */
export const funnel = energy({
  name: "funnel",
  about: "Neal's funnel: the first coordinate sets the scale of all others; nothing is learned.",
  cite: "Neal (2003), Slice sampling, section 8",
  options: z.object({
    standardDeviation: z.number().positive().default(3).describe("s, of the first coordinate"),
  }),
  build({ standardDeviation: s }, { event }) {
    const d = sizeOf(event);
    if (d < 2)
      throw new InputError(`energy funnel: points need at least 2 coordinates, got event (${event.join(", ")})`);
    const logNormalizer = Math.log(s) + (d / 2) * Math.log(2 * Math.PI);
    return makeEnergy({
      event,
      energy(x) {
        const n = x.shape[0]!;
        const flat = reshape(x, [n, d]);
        const v = reshape(slice(flat, 1, 0, 1), [n]);
        const others = mul(exp(neg(v)), mul(0.5, sum(square(slice(flat, 1, 1, d)), 1)));
        return add(add(mul(0.5 / s ** 2, square(v)), mul((d - 1) / 2, v)), add(others, logNormalizer));
      },
      exact: {
        logZ: 0,
        sample(key, n) {
          const x = normal(key, [n, d], "float64").data;
          for (let row = 0; row < n * d; row += d) {
            const v = s * x[row]!;
            for (let i = 1; i < d; i++) x[row + i]! *= Math.exp(v / 2);
            x[row] = v;
          }
          return tensor(x, [n, ...event]);
        },
      },
    });
  },
});
