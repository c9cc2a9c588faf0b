/** Classes of rows by the densities of several models, one a class. */

import { unitEnergies } from "../data/columns/dequantise.js";
import { energyOf } from "../energies/evaluate.js";
import { type Classified, classifyByScores, expectWeights } from "../inference/classify.js";
import { InputError, ShapeError } from "../util/errors.js";
import { asRows, type Rows } from "../util/rows.js";
import { type FloatTensor, showShape } from "../util/tensor.js";
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
  if (models.length < 2) throw new InputError(`${models.length} models; give one for each of at least two classes`);
  const notes: string[] = [];
  const [scores, errors]: [Float64Array[], number[]] = [[], []];
  for (const [i, { name, model }] of models.entries()) {
    const { coordinates } = model.data;
    const { value, standardError, note } = await model.logZ();
    if (note) notes.push(`log Z of ${name} is not to be trusted: ${note}`);
    const logZ = value + coordinates.logVolume;
    expectWeights({ energy: model.energy, logZ, prior: priors[i] }, i);
    const x = rowsOf(name, model, rows);
    const energy = energyOf(model.energy, "float64");
    const points = coordinates.encode(x);
    const e = await unitEnergies(coordinates, { rows: x, points }, (at) => energy(at, model.params.energy));
    const shift = Math.log(priors[i]!) - logZ;
    scores.push(e.map((v) => shift - v));
    errors.push(standardError ?? Number.NaN);
  }
  const found = classifyByScores(scores, errors);
  const doubts = [...notes, ...(found.note ? [found.note] : [])];
  return { ...found, note: doubts.length === 0 ? null : doubts.join("; ") };
}

/** Rows `(n, d)` of a model's columns, at least one. */
function rowsOf(name: string, { columns }: Trained, given: Rows): FloatTensor {
  const rows = asRows("classify", given);
  if (rows.shape.length !== 2 || rows.shape[1] !== columns.length)
    throw new ShapeError(`classify: rows ${showShape(rows.shape)}, and ${name} has ${columns.length} columns`);
  if (rows.shape[0] === 0) throw new InputError("classify: there are no rows; give at least one");
  return rows;
}

const kindOf = ({ data }: Trained, j: number): string => data.coordinates.columns[j]!.data.kind;
const measureOf = ({ data }: Trained, j: number): string => data.coordinates.columns[j]!.measure;

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
    const j = own.findIndex((_, c) => measureOf(model, c) !== measureOf(first!.model, c));
    if (j >= 0)
      throw new InputError(
        `column ${own[j]} is ${kindOf(model, j)} in ${name} and ${kindOf(first!.model, j)} in ${first!.name}: a density and a probability cannot be compared; give --as ${own[j]}=… to both runs`,
      );
    const [kind, firstKind] = [model.energy.support.kind, first!.model.energy.support.kind];
    if (kind !== firstKind)
      throw new InputError(
        `${name} is of ${kind} points, and ${first!.name} of ${firstKind}; densities of one kind can be compared`,
      );
  }
}
