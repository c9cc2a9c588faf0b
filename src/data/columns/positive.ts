import { InputError } from "../../util/errors.js";
import { noOptions } from "../../util/options.js";
import type { Affine, ColumnKind } from "./column.js";

/** `z = (log x − mean) / scale`, `log |dz/dx| = −log scale − log x`. */
export const positive: ColumnKind<typeof noOptions, Affine> = {
  name: "positive",
  about: "Numbers above 0, by their logarithm: for columns that span several powers of ten.",
  measure: "density",
  options: noOptions,
  fit({ name, all, train }, _, standardise) {
    const wrong = all.find((x) => !(x > 0));
    if (wrong !== undefined)
      throw new InputError(`column ${name} holds ${wrong}, and a positive one has numbers above 0 only; leave it real`);
    return standardise(name, train.map(Math.log));
  },
  make: ({ mean, scale }) => ({
    width: 1,
    noisy: false,
    encode: (cell) => (cell <= 0 ? 0 : (Math.log(cell) - mean) / scale),
    decode: (z) => Math.exp(mean + scale * z),
    logDet: (cell) => (cell <= 0 ? Number.NEGATIVE_INFINITY : -Math.log(scale) - Math.log(cell)),
    rounded: (cell) => Number(cell.toPrecision(6)),
  }),
};
