import type { SplitLabels } from "../data/labels.js";
import { takeRows } from "../data/take-rows.js";
import type { Energy } from "../energies/energy.js";
import { ofClass } from "../energies/of-class.js";
import { InputError } from "../util/errors.js";
import { suggest } from "../util/suggest.js";
import type { FloatTensor } from "../util/tensor.js";

/** Rows that training saw, in the coordinates of the model, with their classes where they have labels. */
export interface SeenRows {
  readonly train: FloatTensor;
  readonly labels?: Pick<SplitLabels, "classes" | "train">;
}

/**
 * The energy of the points of a class, by its name, and the training rows of that class.
 * @throws InputError when the rows have no labels, the energy knows no classes, or there is no such class.
 */
export function oneClass(
  energy: Energy,
  { train, labels }: SeenRows,
  name: string,
): { energy: Energy; rows: FloatTensor } {
  if (!labels) throw new InputError(`class ${name}: the model was trained on rows without labels`);
  if (!energy.classes)
    throw new InputError(`class ${name}: the energy knows no classes; train a classifier, by the objective jem`);
  const y = labels.classes.indexOf(name);
  if (y < 0)
    throw new InputError(
      `there is no class ${name}${suggest(name, labels.classes)}; there are: ${labels.classes.join(", ")}`,
    );
  const own = Array.from(labels.train.keys()).filter((i) => labels.train[i] === y);
  return { energy: ofClass(energy, y), rows: own.length > 0 ? takeRows(train, own) : train };
}
