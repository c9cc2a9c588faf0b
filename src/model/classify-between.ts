/** Classes of rows by the densities of several models, one a class. */

import type { Coordinates } from "../data/columns/coordinates.js";
import { type Energy, makeEnergy } from "../energies/energy.js";
import { type Classified, classify } from "../inference/classify.js";
import { div, sub } from "../ops/arithmetic.js";
import { cast, constant } from "../ops/leaf.js";
import { InputError } from "../util/errors.js";
import type { Rows } from "../util/rows.js";
import { tensor } from "../util/tensor.js";
import type { Trained } from "./trained.js";

/** A model and the class it is of. */
export interface NamedModel {
  readonly name: string;
  readonly model: Trained;
}

/**
 * Bayes' rule on the densities of models: `p(k | x) ∝ πₖ exp(−Eₖ(x)) / Zₖ` in the units of the data, with the error of
 * each log Z, which makes some rows doubtful.
 * @param rows `(n, d)`, in the columns of the first model.
 * @param priors πₖ in any unit; the numbers of rows the models were made of unless given.
 * @throws InputError when models have other columns than the first, share a name, or the priors are not one positive number each.
 */
export async function classifyBetween(
  models: readonly NamedModel[],
  rows: Rows,
  priors: readonly number[] = models.map(({ model }) => model.data.rows),
): Promise<Classified> {
  expectAlike(models);
  if (priors.length !== models.length)
    throw new InputError(`${priors.length} priors for ${models.length} models; expected one each`);
  const notes: string[] = [];
  const densities = [];
  for (const [i, { name, model }] of models.entries()) {
    const { coordinates } = model.data;
    const { value, standardError, note } = await model.logZ();
    if (note) notes.push(`log Z of ${name} is not to be trusted: ${note}`);
    densities.push({
      energy: inUnits(model.energy, coordinates),
      params: model.params.energy,
      logZ: { value: value + coordinates.logVolume, standardError },
      prior: priors[i],
    });
  }
  const found = await classify(densities, rows);
  const doubts = [...notes, ...(found.note ? [found.note] : [])];
  return { ...found, note: doubts.length === 0 ? null : doubts.join("; ") };
}

/** An energy of standardised points as one of points in the units of the data. */
function inUnits(energy: Energy, coordinates: Coordinates): Energy {
  const { mean, scale } = coordinates.affine!;
  const { event, layout, support } = energy;
  return makeEnergy({
    event,
    layout,
    support,
    energy(x, params) {
      const row = (values: Float64Array) => cast(constant(tensor(values)), x.dtype);
      const z = div(sub(x, row(mean)), row(scale));
      return layout.size === 0 ? energy(z) : energy(z, params);
    },
  });
}

function expectAlike(models: readonly NamedModel[]): void {
  const [first] = models;
  for (const [i, { name, model }] of models.entries()) {
    if (models.findIndex((other) => other.name === name) < i)
      throw new InputError(`two models are called ${name}; classes are named by them, so rename one`);
    const [own, other] = [model.columns, first!.model.columns];
    if (own.join("\n") !== other.join("\n"))
      throw new InputError(
        `${name} has columns ${own.join(", ")}, and ${first!.name} ${other.join(", ")}; models to compare need the same, in one order`,
      );
    const [kind, firstKind] = [model.energy.support.kind, first!.model.energy.support.kind];
    if (kind !== firstKind)
      throw new InputError(
        `${name} is of ${kind} points, and ${first!.name} of ${firstKind}; densities of one kind can be compared`,
      );
  }
}
