import { InputError } from "../../util/errors.js";
import { noOptions } from "../../util/options.js";
import type { ColumnKind } from "./column.js";
import { distinctOf } from "./lattice.js";
import { sharesOf, textOf, thresholdMap } from "./thresholds.js";

/** Values and what is known of them. */
export interface Categories {
  readonly values: readonly number[];
  readonly shares: readonly number[];
  readonly texts?: readonly string[];
}

/** Categories that a column has at most. */
export const MOST_CATEGORIES = 100;

/** See `thresholdMap`. */
export const category: ColumnKind<typeof noOptions, Categories> = {
  name: "category",
  about:
    "Text, or numbers that name things: intervals of one coordinate, as wide as they are common; probabilities sum to 1.",
  cite: "Hoogeboom, Cohen & Tomczak (2021), Learning discrete distributions by dequantization",
  measure: "probability",
  options: noOptions,
  fit({ name, all, train, texts }) {
    const values = Array.from(distinctOf(all));
    if (values.length < 2) throw new InputError(`column ${name} has one category; leave it out`);
    if (values.length > Math.min(MOST_CATEGORIES, all.length / 2))
      throw new InputError(
        `column ${name} has ${values.length} different values in ${all.length} rows, which are no categories (at most ${MOST_CATEGORIES}, and two rows each); leave it out: --drop ${name}`,
      );
    const named = texts && values.map((value) => texts[value]!);
    return { values, shares: sharesOf(values, train), ...(named ? { texts: named } : {}) };
  },
  make: ({ values, shares, texts }) => ({
    ...thresholdMap(values, shares),
    ...(texts ? { text: textOf(values, texts) } : {}),
  }),
};
