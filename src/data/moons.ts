import { z } from "zod";
import { essential } from "../util/options.js";
import { dataset } from "./dataset.js";
import { twoArms } from "./two-arms.js";

/** Two interlocking half circles of radius 1: `(cos t, sin t)` and `(1 − cos t, ½ − sin t)`, `t` uniform on (0, π). */
export const moons = dataset({
  name: "moons",
  about: "Two interlocking half circles with normal noise on both coordinates.",
  cite: "Pedregosa et al. (2011), Scikit-learn: machine learning in Python",
  options: z.object({
    noise: z
      .number()
      .min(0.01)
      .max(10)
      .default(0.1)
      .describe("standard deviation of the noise on each coordinate")
      .meta(essential),
  }),
  build: ({ noise }) =>
    twoArms(
      {
        point: (t) => [Math.cos(t), Math.sin(t)],
        from: 0,
        to: Math.PI,
        density: () => 1 / Math.PI,
        quantile: (u) => Math.PI * u,
      },
      [0.5, 0.25],
      noise,
    ),
});
