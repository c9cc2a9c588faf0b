import { z } from "zod";
import { add, mul, square, sub } from "../ops/arithmetic.js";
import { reshape, slice, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { InputError } from "../util/errors.js";
import { sizeOf, tensor } from "../util/tensor.js";
import { energy, makeEnergy } from "./energy.js";

/**
 * A Gaussian bent along a parabola: `x₁ = s z₁`, `x₂ = z₂ − b (x₁² − s²)`, `xᵢ = zᵢ` with `z ~ N(0, I)`. The map keeps
 * volumes but for the factor s, so `E = x₁²/2s² + (x₂ + b (x₁² − s²))²/2 + Σ_{i>2} xᵢ²/2 + log s + d/2 log 2π` is
 * normalised: log Z = 0. Every mean is 0; the variances are `s²`, `1 + 2 b² s⁴` and 1; nothing is correlated.
 */
export const banana = energy({
  name: "banana",
  about: "A Gaussian bent along a parabola: narrow, curved and uncorrelated; nothing is learned.",
  cite: "Haario, Saksman & Tamminen (1999), Adaptive proposal distribution for random walk Metropolis algorithm",
  options: z.object({
    standardDeviation: z.number().positive().default(10).describe("s, of the first coordinate"),
    curvature: z.number().default(0.03).describe("b: 0 for a Gaussian; the source has 0.03 and 0.1 at s = 10"),
  }),
  build({ standardDeviation: s, curvature: b }, { event }) {
    const d = sizeOf(event);
    if (d < 2)
      throw new InputError(`energy banana: points need at least 2 coordinates, got event (${event.join(", ")})`);
    const logNormalizer = Math.log(s) + (d / 2) * Math.log(2 * Math.PI);
    return makeEnergy({
      event,
      energy(x) {
        const n = x.shape[0]!;
        const flat = reshape(x, [n, d]);
        const alongAxis = square(reshape(slice(flat, 1, 0, 1), [n]));
        const across = add(reshape(slice(flat, 1, 1, 2), [n]), mul(b, sub(alongAxis, s ** 2)));
        const plane = add(mul(0.5 / s ** 2, alongAxis), mul(0.5, square(across)));
        const rest = d > 2 ? [mul(0.5, sum(square(slice(flat, 1, 2, d)), 1))] : [];
        return rest.reduce(add, add(plane, logNormalizer));
      },
      exact: {
        logZ: 0,
        sample(key, n) {
          const x = normal(key, [n, d], "float64").data;
          for (let row = 0; row < n * d; row += d) {
            x[row]! *= s;
            x[row + 1]! -= b * (x[row]! ** 2 - s ** 2);
          }
          return tensor(x, [n, ...event]);
        },
      },
    });
  },
});
