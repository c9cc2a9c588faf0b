import { InputError } from "../../util/errors.js";
import { noOptions } from "../../util/options.js";
import type { ColumnKind } from "./column.js";
import { distinctOf } from "./lattice.js";
import { textOf } from "./thresholds.js";

interface Constant {
  readonly value: number;
  readonly text?: string;
}

/** Nothing is learned of it, draws have it, and a row with another value has density 0. */
export const constant: ColumnKind<typeof noOptions, Constant> = {
  name: "constant",
  about: "One value in every row: left out of the model, and given back by what it draws.",
  measure: "probability",
  options: noOptions,
  fit({ name, all, texts }) {
    const distinct = distinctOf(all);
    if (distinct.length !== 1) throw new InputError(`column ${name} has ${distinct.length} values, and a constant one`);
    const value = distinct[0]!;
    return texts ? { value, text: texts[value]! } : { value };
  },
  make: ({ value, text }) => ({
    width: 0,
    noisy: false,
    encode: () => 0,
    decode: () => value,
    logDet: (cell) => (cell === value || Number.isNaN(cell) ? 0 : Number.NEGATIVE_INFINITY),
    ...(text === undefined ? {} : { text: textOf([value], [text]) }),
    rounded: (cell) => cell,
  }),
};
