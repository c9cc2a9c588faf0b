import { noOptions } from "../../util/options.js";
import { roundedBelow } from "./affine.js";
import type { Affine, ColumnKind } from "./column.js";

/** `z = (x − mean) / scale`. */
export const real: ColumnKind<typeof noOptions, Affine> = {
  name: "real",
  about: "Numbers of any size: brought to mean 0 and standard deviation 1.",
  measure: "density",
  options: noOptions,
  fit: ({ name, train }, _, standardise) => standardise(name, train),
  make: ({ mean, scale }) => ({
    width: 1,
    noisy: false,
    encode: (cell) => (cell - mean) / scale,
    decode: (z) => mean + scale * z,
    logDet: -Math.log(scale),
    affine: { mean, scale },
    rounded: (cell, deviation) => roundedBelow(cell, scale * deviation),
  }),
};
