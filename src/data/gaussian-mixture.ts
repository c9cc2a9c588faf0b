import { z } from "zod";
import { InputError } from "../util/errors.js";
import { essential } from "../util/options.js";
import { dataset } from "./dataset.js";
import { normalMixture } from "./normal-mixture.js";

const numbers = z.array(z.number()).min(1);
const cloud = z.strictObject({
  mean: numbers,
  covariance: z
    .union([z.number(), numbers, z.array(numbers).min(1)], "expected a variance, one for each coordinate, or a matrix")
    .default(1),
  weight: z.number().positive().default(1),
});

/** Any mixture of normal clouds: `Σ_k w_k N(m_k, C_k)`. */
export const gaussianMixture = dataset({
  name: "gaussian-mixture",
  about: "A mixture of normal clouds that you describe, in any number of coordinates.",
  cite: "Pearson (1894), Contributions to the mathematical theory of evolution",
  modeWeights: { option: "components", key: "weight" },
  options: z.object({
    components: z
      .array(cloud)
      .min(1)
      .default([
        { mean: [-4, -2], covariance: 0.5, weight: 1 },
        { mean: [4, -2], covariance: [0.4, 1], weight: 2 },
        {
          mean: [0, 4],
          covariance: [
            [0.9, 0.4],
            [0.4, 0.5],
          ],
          weight: 3,
        },
      ])
      .describe(
        "each with a mean, a covariance (a variance, one for each coordinate, or the matrix; default 1) and a relative weight (default 1)",
      )
      .meta(essential),
  }),
  build({ components }) {
    const d = components[0]!.mean.length;
    const other = components.findIndex(({ mean }) => mean.length !== d);
    if (other > 0)
      throw new InputError(
        `dataset gaussian-mixture: mean of component ${other} has ${components[other]!.mean.length} coordinates; expected ${d}, as component 0 has`,
      );
    return normalMixture("dataset gaussian-mixture", components);
  },
});
