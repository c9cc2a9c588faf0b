import { z } from "zod";
import { add, mul, square, sub } from "../ops/arithmetic.js";
import { reshape, slice, sum } from "../ops/shape.js";
import { essential } from "../util/options.js";
import { sizeOf } from "../util/tensor.js";
import { energy, makeEnergy } from "./energy.js";

/** `V(x) = h (x²/a² − 1)² + t x`: wells near ±a, and `h` from their bottom to the barrier at 0 where t = 0. */
interface Wells {
  readonly barrier: number;
  readonly position: number;
  readonly tilt: number;
}

/**
 * `log ∫ exp(−V)` by the trapezoidal rule, whose error on a smooth function that vanishes at both ends falls faster
 * than any power of the spacing. The ends are where the density is e⁻¹⁰⁰ of its largest.
 */
function logIntegral({ barrier: h, position: a, tilt: t }: Wells): number {
  const POINTS = 4000;
  for (let end = 2 * a; ; end *= 1.2) {
    const step = (2 * end) / POINTS;
    const potentials = Float64Array.from({ length: POINTS + 1 }, (_, i) => {
      const x = i * step - end;
      return h * ((x / a) ** 2 - 1) ** 2 + t * x;
    });
    const lowest = potentials.reduce((least, v) => Math.min(least, v));
    if (Math.min(potentials[0]!, potentials[POINTS]!) < lowest + 100) continue;
    return Math.log(step * potentials.reduce((s, v) => s + Math.exp(lowest - v), 0)) - lowest;
  }
}

/**
 * `E = h (x₁²/a² − 1)² + t x₁ + Σ_{i>1} xᵢ²/2`: two wells in the first coordinate, which local moves cross by chance
 * about `e⁻ʰ`. A tilt t gives them unequal weights: their logarithms differ by about `2 a t`.
 */
export const doubleWell = energy({
  name: "double-well",
  about: "Two wells along the first coordinate with a barrier between them; nothing is learned.",
  cite: "Kramers (1940), Brownian motion in a field of force and the diffusion model of chemical reactions",
  options: z.object({
    barrier: z
      .number()
      .positive()
      .max(1000)
      .default(5)
      .describe("h, the height of the barrier in nats")
      .meta(essential),
    position: z.number().positive().default(1).describe("a: the wells are near a and −a"),
    tilt: z.number().default(0).describe("t: above 0 the well at −a is the heavier"),
  }),
  build(wells, { event }) {
    const d = sizeOf(event);
    const { barrier, position, tilt } = wells;
    return makeEnergy({
      event,
      energy(x) {
        const n = x.shape[0]!;
        const flat = reshape(x, [n, d]);
        const first = reshape(slice(flat, 1, 0, 1), [n]);
        const well = mul(barrier, square(sub(mul(position ** -2, square(first)), 1)));
        const rest = d > 1 ? [mul(0.5, sum(square(slice(flat, 1, 1, d)), 1))] : [];
        return rest.reduce(add, tilt === 0 ? well : add(well, mul(tilt, first)));
      },
      exact: { logZ: logIntegral(wells) + ((d - 1) / 2) * Math.log(2 * Math.PI) },
    });
  },
});
