import { InputError } from "../../util/errors.js";
import { noOptions } from "../../util/options.js";
import { count } from "../../util/words.js";
import { type Categories, category } from "./category.js";
import type { ColumnKind } from "./column.js";
import { distinctOf } from "./lattice.js";

/** Two categories: see `thresholdMap`. */
export const boolean: ColumnKind<typeof noOptions, Categories> = {
  name: "boolean",
  about: "Two values, such as 0 and 1: one threshold in one coordinate; probabilities of the two sum to 1.",
  measure: "probability",
  options: noOptions,
  fit(cells, options, standardise) {
    const { length } = distinctOf(cells.all);
    if (length !== 2)
      throw new InputError(`column ${cells.name} has ${count(length, "value")}, and a boolean one has two`);
    return category.fit(cells, options, standardise);
  },
  make: category.make,
};
