import { z } from "zod";
import { integers } from "../random/choose.js";
import { normal } from "../random/draw.js";
import { fold } from "../random/key.js";
import { essential } from "../util/options.js";
import { tensor } from "../util/tensor.js";
import { reach } from "./box.js";
import { dataset } from "./dataset.js";
import { pinwheelDensity, type Wheel } from "./pinwheel-density.js";
import { assignPoints, mapPoints } from "./points.js";

/**
 * Normal clouds on a circle, twisted by an angle that grows with the radius:
 * `x = 2 R(2πk/K + ρ eᵃ) (a, b)`, `a ~ N(1, s²)`, `b ~ N(0, τ²)`, `R` the rotation by an angle, `k` uniform on `0 … K−1`.
 */
export const pinwheel = dataset({
  name: "pinwheel",
  about: "Curved arms that leave the centre like the blades of a pinwheel.",
  cite: "Johnson et al. (2016), Composing graphical models with neural networks for structured representations and fast inference",
  options: z.object({
    arms: z.number().int().min(1).max(20).default(5).describe("K, the number of arms").meta(essential),
    radialDeviation: z.number().positive().max(0.35).default(0.3).describe("s, the spread along an arm"),
    tangentialDeviation: z.number().positive().max(0.35).default(0.1).describe("τ, the spread across an arm"),
    rate: z.number().min(0).max(1).default(0.25).describe("ρ, how strongly the arms are twisted"),
  }),
  build(options) {
    const wheel: Wheel = { ...options, scale: 2 };
    const { arms, radialDeviation, tangentialDeviation } = options;
    const { logDensity, arm } = pinwheelDensity(wheel);
    // |x| = 2 √(a² + b²), whatever the rotation.
    const edge = 2 * Math.hypot(1 + reach(2) * radialDeviation, reach(2) * tangentialDeviation);
    return {
      event: [2],
      draw(key, n) {
        const k = integers(fold(key, "arm"), [n], arms);
        const xi = normal(fold(key, "noise"), [n, 2], "float64").data;
        const x = new Float64Array(2 * n);
        for (let i = 0; i < n; i++)
          x.set(place(wheel, k[i]!, 1 + radialDeviation * xi[2 * i]!, tangentialDeviation * xi[2 * i + 1]!), 2 * i);
        return tensor(x, [n, 2]);
      },
      logDensity: (x) => mapPoints(x, [2], logDensity),
      modes: {
        weights: new Array<number>(arms).fill(1 / arms),
        centers: Array.from({ length: arms }, (_, k) => place(wheel, k, 1, 0)),
        assign: (x) => assignPoints(x, [2], arm),
      },
      box: [
        [-edge, edge],
        [-edge, edge],
      ],
    };
  },
});

/** The image of `(a, b)` on arm `k`. */
function place({ arms, rate, scale }: Wheel, k: number, a: number, b: number): [number, number] {
  const angle = (2 * Math.PI * k) / arms + rate * Math.exp(a);
  const [c, s] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  return [c * a - s * b, s * a + c * b];
}
