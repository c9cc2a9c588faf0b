import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, cos, log, mul, sin, square, sub } from "../../ops/arithmetic.js";
import { cast } from "../../ops/leaf.js";
import { where } from "../../ops/logic.js";
import { reshape } from "../../ops/shape.js";
import { sumEvent } from "../parts/metropolis.js";
import { shrink } from "../parts/shrink.js";
import { sampler } from "../sampler.js";

/** Points tried after the first. A bracket is halved about once a point: 40 leave none of it in single precision. */
const SHRINKS = 40;

/**
 * Elliptical slice sampling of any density, written as `N(x; 0, s² I) exp(−U(x))` with `U(x) = E(x) − |x|²/2s²`. Draw
 * `ν ~ N(0, s² I)` and a level `U(x) − log u`; on the ellipse `x cos θ + ν sin θ`, which leaves the Gaussian invariant,
 * take an angle below the level, from a bracket that begins as the whole ellipse and shrinks to θ = 0 (`shrink`, which
 * tells why a bounded number of points is exact). Where U is constant the first angle is taken.
 *
 * The Gaussian should be no narrower than the density: where its tails are lighter, U is unbounded below, and a chain
 * far out hardly ever leaves.
 */
export const ellipticalSlice = sampler({
  name: "elliptical-slice",
  about: "Points of a random ellipse through the current one: exact, no gradient, no step size.",
  cite: "Murray, Adams & MacKay (2010), Elliptical slice sampling; Nishihara, Murray & Adams (2014)",
  exact: true,
  metric: "diagonal",
  options: z.object({
    scale: z.number().positive().default(2).describe("s, standard deviation of the Gaussian that is divided out"),
  }),
  gradients: () => 0,
  noise: ({ event, chains }) => ({
    nu: { law: "normal", shape: [chains, ...event] },
    level: { law: "uniform", shape: [chains] },
    angle: { law: "uniform", shape: [chains] },
    shrink: { law: "uniform", shape: [SHRINKS, chains] },
  }),
  kernel({ energy, event, chains }, { scale }) {
    const s = scale as number;
    const potential = (x: Expr): Expr => sub(energy(x), mul(0.5 / s ** 2, sumEvent(square(x))));
    const column = (angle: Expr): Expr => reshape(angle, [chains, ...event.map(() => 1)]);
    return {
      init: (x) => ({ x, potential: potential(x) }),
      step({ x, potential: current }, { nu, level, angle, shrink: draws }) {
        const other = mul(s, nu!);
        const at = (theta: Expr): Expr => add(mul(column(cos(theta)), x!), mul(column(sin(theta)), other));
        const high = mul(2 * Math.PI, angle!);
        const search = {
          first: high,
          low: sub(high, 2 * Math.PI),
          high,
          level: sub(current!, log(level!)),
          draws: draws!,
        };
        const { t, potential: reached, found, shrinks } = shrink(search, (theta) => potential(at(theta)));
        return {
          state: { x: at(t), potential: where(found, reached, current!) },
          info: { moved: cast(found, x!.dtype), shrinks },
        };
      },
    };
  },
});
