/** How likely rows are under a run's model, and whether they are like its data. */

import { expectStates, type NamedRows } from "../config/discrete-rows.js";
import { trainedModel } from "../config/what-is-trained.js";
import { logDetScale, standardize } from "../data/standardize.js";
import { energyOf } from "../energies/evaluate.js";
import { heldOut } from "../evaluation/evaluate.js";
import { conformalPValues } from "../metrics/intervals/conformal.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import type { LearnedAt, OpenRun } from "./open.js";

export interface RowScores {
  /** `log p(x)` of each row, in nats and in the units of the data; it carries the error of `logZ`. */
  readonly logDensity: Float64Array;
  /** `log p(x) − log p(x₀)` with a row x₀ to compare with, in nats: log Z cancels, so it carries no error of it. */
  readonly logRatio?: Float64Array;
  /** Conformal p-value of each row: how often a row like those held out is as unlikely. Needs no log Z. */
  readonly pValue: Float64Array;
  /** Rows that the p-values are made with. */
  readonly calibration: number;
  /** Estimate of log Z by importance sampling, and why not to trust it. */
  readonly logZ: { readonly value: number; readonly standardError: number | null; readonly note: string | null };
}

/**
 * Score rows `(n, d)` in the units of the data. The p-values compare with the rows that training never saw.
 * @param relativeTo row to compare densities with, counted from 0.
 * @throws InputError when no rows were held out, there is no such row, or a row is no point of the energy.
 */
export async function scoreRun(
  { config, model, data }: OpenRun,
  learned: LearnedAt,
  table: NamedRows,
  key: Key,
  relativeTo?: number,
): Promise<RowScores> {
  const calibration = data.test.shape[0] ?? 0;
  if (calibration === 0)
    throw new InputError("no rows were held out, so there is nothing to compare with; train with data.test above 0");
  expectStates(table, model.energy.support, config.energy.name);
  const rows = table.rows.shape[0]!;
  if (relativeTo !== undefined && !(relativeTo < rows))
    throw new InputError(`there is no row ${relativeTo + 1} to compare with; the file has ${rows}`);
  const trained = trainedModel(config, model);
  const energy = energyOf(trained.energy);
  const { logZ: estimate } = await heldOut(trained, learned, data.test, fold(key, "proposal"), config.draws, energy);
  const { logZ, note } = estimate;
  const energies = await energy(standardize(data.standardizer, table.rows), learned.energy);
  const shift = logZ.value + logDetScale(data.standardizer);
  return {
    logDensity: energies.map((e) => -e - shift),
    ...(relativeTo === undefined ? {} : { logRatio: energies.map((e) => energies[relativeTo]! - e) }),
    pValue: conformalPValues(await energy(data.test, learned.energy), energies),
    calibration,
    logZ: { value: logZ.value, standardError: logZ.standardError, note },
  };
}
