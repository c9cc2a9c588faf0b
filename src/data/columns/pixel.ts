import { z } from "zod";
import { InputError } from "../../util/errors.js";
import type { ColumnKind } from "./column.js";
import { whole } from "./whole.js";

const options = z.object({
  levels: z.number().int().min(2).max(65536).default(256).describe("levels that there are: 0 … levels − 1"),
});

/**
 * Levels of a pixel, `0 … levels − 1`, on [−1, 1] whatever the rows are: `z = 2 (v + u) / levels − 1` with u uniform
 * (dequantisation). One that is the same in all rows stays, so that an image keeps its shape. Probability that a law has
 * beyond [−1, 1] is lost to the levels there are, so that bits per dimension are never too few.
 */
export const pixel: ColumnKind<typeof options, { readonly levels: number }> = {
  name: "pixel",
  about: "Levels of a pixel of an image, 0 to 255 unless told: on [-1, 1], and densities are probabilities of levels.",
  cite: "Theis, van den Oord & Bethge (2016), A note on the evaluation of generative models",
  measure: "probability",
  options,
  fit({ name, all }, { levels }) {
    const off = all.find((v) => !(Number.isInteger(v) && v >= 0 && v < levels));
    if (off !== undefined)
      throw new InputError(
        `column ${name} holds ${off}; expected levels of a pixel, whole numbers from 0 to ${levels - 1}`,
      );
    return { levels };
  },
  make({ levels }) {
    const map = whole.make({ mean: (levels - 1) / 2, scale: levels / 2, offset: 0, step: 1, decimals: 0 });
    const within = (v: number): number => Math.min(levels - 1, Math.max(0, v));
    return { ...map, decode: (z) => within(map.decode(z)) };
  },
};
