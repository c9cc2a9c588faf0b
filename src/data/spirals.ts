import { z } from "zod";
import { essential } from "../util/options.js";
import { dataset } from "./dataset.js";
import { twoArms } from "./two-arms.js";

/**
 * Two spirals of one and a half turns: `±(−t cos t, t sin t)/3`, `t = 3π √u`, `u` uniform, so that the points are about
 * evenly dense along the arms. The noise is normal only; some versions add a small uniform shift.
 */
export const spirals = dataset({
  name: "spirals",
  about: "Two spiral arms that wind one and a half times around each other, with normal noise on both coordinates.",
  cite: "Grathwohl et al. (2019), FFJORD: free-form continuous dynamics for scalable reversible generative models",
  options: z.object({
    noise: z
      .number()
      .min(0.01)
      .max(10)
      .default(0.1)
      .describe("standard deviation of the noise on each coordinate")
      .meta(essential),
  }),
  build({ noise }) {
    const end = 3 * Math.PI;
    return twoArms(
      {
        point: (t) => [(-t * Math.cos(t)) / 3, (t * Math.sin(t)) / 3],
        from: 0,
        to: end,
        density: (t) => (2 * t) / end ** 2,
        quantile: (u) => end * Math.sqrt(u),
      },
      [0, 0],
      noise,
    );
  },
});
