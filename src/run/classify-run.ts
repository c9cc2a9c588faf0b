/** Classes of rows by trained runs: by one that knows classes, or by the densities of several. */

import { basename, resolve } from "node:path";
import { trainedModel } from "../config/what-is-trained.js";
import { logDetScale, type Standardizer, standardize } from "../data/standardize.js";
import { type Energy, makeEnergy } from "../energies/energy.js";
import { energyOf } from "../energies/evaluate.js";
import { heldOut } from "../evaluation/evaluate.js";
import { classProbabilities } from "../inference/class-probabilities.js";
import { classify } from "../inference/classify.js";
import { conformalPValues } from "../metrics/intervals/conformal.js";
import { div, sub } from "../ops/arithmetic.js";
import { cast, constant } from "../ops/leaf.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import type { LearnedAt, OpenRun } from "./open.js";

export interface ClassifiedRows {
  /** Names of the classes. */
  readonly names: readonly string[];
  /** The most probable class of each row, from 0. */
  readonly classes: Int32Array;
  /** `p(class | x)`, `(n, classes)`. */
  readonly probabilities: Tensor<Float64Array>;
  /** Conformal p-value of each row: how often a held-out row is as unlikely, whatever its class; `null` without any. */
  readonly pValue: Float64Array | null;
  /** Why not to trust them; `null` when nothing speaks against it. */
  readonly note: string | null;
}

/** A run with the parameters it arrived at. */
export interface LearnedRun {
  readonly run: OpenRun;
  readonly learned: LearnedAt;
}

/**
 * `p(y | x)` of rows `(n, d)` in the units of the data, by a run that was trained on rows with labels. No log Z is needed.
 * @throws InputError when the run had no labels, or its energy knows no classes.
 */
export async function classifyByRun({ run, learned }: LearnedRun, rows: FloatTensor): Promise<ClassifiedRows> {
  const { directory, config, model, data } = run;
  const { energy } = trainedModel(config, model);
  if (!data.labels)
    throw new InputError(
      `${directory.path} was trained on rows without labels; train it with --label, or give one run for each class`,
    );
  if (!energy.classes)
    throw new InputError(
      `${directory.path}: energy ${config.energy.name} knows no classes; train a classifier, by the objective jem`,
    );
  const x = standardize(data.standardizer, rows);
  const found = await classProbabilities({ energy, params: learned.energy }, x);
  const value = energyOf(energy);
  const held = data.test.shape[0] ?? 0;
  const pValue =
    held === 0 ? null : conformalPValues(await value(data.test, learned.energy), await value(x, learned.energy));
  return { names: data.labels.classes, ...found, pValue, note: null };
}

/** What a run is called as a class: the name of its folder. */
export const classNameOf = ({ run }: LearnedRun): string => basename(resolve(run.directory.path));

/** Rows a run was made of, held-out ones included. */
export const rowsOf = ({ run: { data } }: LearnedRun): number =>
  [data.train, data.validation, data.test].reduce((n, { shape }) => n + (shape[0] ?? 0), 0);

/**
 * Bayes' rule on the densities of runs, one a class: `p(k | x) ∝ πₖ exp(−Eₖ(x)) / Zₖ` in the units of the data, with log Z
 * by importance sampling, whose errors make some rows doubtful.
 * @param rows `(n, d)`, in the columns of the first run.
 * @param priors πₖ in any unit; the numbers of rows of the runs unless given.
 * @throws InputError when runs have other columns than the first, share a name, or the priors are not one positive number each.
 */
export async function classifyByRuns(
  runs: readonly LearnedRun[],
  rows: FloatTensor,
  { key, priors = runs.map(rowsOf) }: { readonly key: Key; readonly priors?: readonly number[] | undefined },
): Promise<ClassifiedRows> {
  const names = runs.map(classNameOf);
  expectAlike(runs, names);
  if (priors.length !== runs.length)
    throw new InputError(`${priors.length} priors for ${runs.length} runs; expected one each`);
  const notes: string[] = [];
  const models = [];
  for (const [i, { run, learned }] of runs.entries()) {
    const { config, model, data } = run;
    const trained = trainedModel(config, model);
    const { logZ } = await heldOut(trained, learned, data.test, fold(key, i), config.draws);
    if (logZ.note) notes.push(`log Z of ${run.directory.path} is not to be trusted: ${logZ.note}`);
    const { value, standardError } = logZ.logZ;
    models.push({
      energy: inUnits(trained.energy, data.standardizer),
      params: learned.energy,
      logZ: { value: value + logDetScale(data.standardizer), standardError },
      prior: priors[i],
    });
  }
  const { classes, probabilities, note } = await classify(models, rows);
  const doubts = [...notes, ...(note ? [note] : [])];
  return { names, classes, probabilities, pValue: null, note: doubts.length === 0 ? null : doubts.join("; ") };
}

/** An energy of standardised points as one of points in the units of the data. */
function inUnits(energy: Energy, { mean, scale }: Standardizer): Energy {
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

function expectAlike(runs: readonly LearnedRun[], names: readonly string[]): void {
  const [first] = runs;
  for (const [i, { run }] of runs.entries()) {
    const twin = names.indexOf(names[i]!);
    if (twin < i)
      throw new InputError(
        `two runs are called ${names[i]} (${runs[twin]!.run.directory.path}, ${run.directory.path}); classes are named by their folders, so rename one`,
      );
    const [own, other] = [run.data.columns, first!.run.data.columns];
    if (own.join("\n") !== other.join("\n"))
      throw new InputError(
        `${run.directory.path} has columns ${own.join(", ")}, and ${first!.run.directory.path} ${other.join(", ")}; runs to compare need the same, in one order`,
      );
    if (run.model.energy.support.kind !== first!.run.model.energy.support.kind)
      throw new InputError(
        `${run.directory.path} is of ${run.model.energy.support.kind} points, and ${first!.run.directory.path} of ${first!.run.model.energy.support.kind}; densities of one kind can be compared`,
      );
  }
}
