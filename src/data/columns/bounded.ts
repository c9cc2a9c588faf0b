import { z } from "zod";
import { InputError } from "../../util/errors.js";
import type { Affine, ColumnKind } from "./column.js";

const options = z.object({
  low: z.number().default(0).describe("the bound below all cells"),
  high: z.number().default(1).describe("the bound above all cells"),
});

interface Bounded extends Affine {
  readonly low: number;
  readonly high: number;
}

/** With `t = (x − low)/(high − low)`: `z = (log t/(1 − t) − mean) / scale`, `|dz/dx| = 1 / (scale (high − low) t (1 − t))`. */
export const bounded: ColumnKind<typeof options, Bounded> = {
  name: "bounded",
  about: "Numbers between two bounds that none reaches, by the logit of where they lie between them: shares, ratings.",
  measure: "density",
  options,
  fit({ name, all, train }, { low, high }, standardise) {
    if (!(low < high)) throw new InputError(`column ${name}: bounds ${low} and ${high}; expected low below high`);
    const wrong = all.find((x) => !(x > low && x < high));
    if (wrong !== undefined)
      throw new InputError(
        `column ${name} holds ${wrong}, which is not between its bounds ${low} and ${high}; set low and high so that no cell reaches them, such as --as '${name}={name: bounded, low: ${Math.min(low, wrong) - (high - low) / 100}, high: ${Math.max(high, wrong) + (high - low) / 100}}', or leave it real`,
      );
    const logits = train.map((x) => Math.log((x - low) / (high - x)));
    return { ...standardise(name, logits), low, high };
  },
  make: ({ mean, scale, low, high }) => ({
    width: 1,
    noisy: false,
    encode: (cell) => (cell <= low || cell >= high ? 0 : (Math.log((cell - low) / (high - cell)) - mean) / scale),
    decode(z) {
      const y = mean + scale * z;
      // From the nearer bound, of which few digits are lost.
      return y < 0 ? low + (high - low) / (1 + Math.exp(-y)) : high - (high - low) / (1 + Math.exp(y));
    },
    logDet: (cell) =>
      cell <= low || cell >= high
        ? Number.NEGATIVE_INFINITY
        : Math.log((high - low) / scale) - Math.log(cell - low) - Math.log(high - cell),
    rounded(cell) {
      const short = Number(cell.toPrecision(7));
      return short > low && short < high ? short : cell;
    },
  }),
};
