/** A row scored as `ebbflow score` scores one, and why it is unlikely. */

import type { FloatTensor, Trained } from "ebbflow";
import { showExtrapolation } from "ebbflow/inference";
import type { Filled, LogZFacts, Reason, RowScore } from "./answers.js";
import { cellText, shortNumber } from "./cells.js";

export const logZFacts = ({ value, standardError, from, note }: Awaited<ReturnType<Trained["logZ"]>>): LogZFacts => ({
  ...{ value, standardError, from, note },
});

/** The answer, or why there is none, in words. */
async function orWhy<T>(work: () => Promise<T>): Promise<[T, null] | [null, string]> {
  try {
    return [await work(), null];
  } catch (error) {
    return [null, (error as Error).message];
  }
}

/** @throws Error in a line for a row that is none of the model. */
export async function scoreRow(model: Trained, { row, ...filling }: FilledRow): Promise<RowScore> {
  const scorer = model.scorer();
  const energy = (await scorer.add(row))[0]!;
  const [scores, whyNoPValue] = await orWhy(() => scorer.scores());
  const [reasons, whyNoReasons] = await orWhy(() => reasonsOf(model, row));
  return {
    ...{ energy, whyNoPValue, whyNoReasons, ...filling },
    logDensity: scores?.logDensity[0] ?? (await model.logDensity(row))[0]!,
    logZ: logZFacts(await model.logZ()),
    pValue: scores?.pValue[0] ?? null,
    tail: scores?.tail && scores.pValue[0]! < 1.5 / (scores.calibration + 1) ? scores.tail.pValue[0]! : null,
    calibration: scores?.calibration ?? 0,
    reasons: reasons ?? [],
    classes: await classesOf(model, row),
  };
}

/** The columns of a row, the unlikeliest given its others first. */
export async function reasonsOf(model: Trained, row: FloatTensor): Promise<Reason[]> {
  const [found = []] = await model.why(row);
  return found.map(({ column, logRatio, likeliest, text, share }) => {
    const own = cellText(model, model.columns.indexOf(column), row.data[model.columns.indexOf(column)]!);
    return { column, own, likeliest: text ?? shortNumber(likeliest), nats: Math.max(0, -logRatio), share };
  });
}

async function classesOf(model: Trained, row: FloatTensor): Promise<RowScore["classes"]> {
  if (model.classes.length === 0 || !model.energy.classes) return [];
  const { probabilities } = await model.classify(row);
  return model.classes
    .map((name, k) => ({ name, probability: probabilities.data[k]! }))
    .sort((a, b) => b.probability - a.probability);
}

/** A row without missing cells, and what was filled in. */
export interface FilledRow extends Pick<RowScore, "filled" | "chains" | "notes"> {
  readonly row: FloatTensor;
}

/** Missing cells filled in by the law given the others. @throws Error in a line where that cannot be. */
export async function filledRow(model: Trained, row: FloatTensor): Promise<FilledRow> {
  const missing = model.columns.flatMap((_, j) => (Number.isNaN(row.data[j]) ? [j] : []));
  if (missing.length === 0) return { row, filled: [], chains: null, notes: [] };
  if (missing.length === row.data.length) throw new Error("Every cell is empty; fill in one at least.");
  const { rows, standardDeviations, worst, outside = [] } = await model.impute(row);
  const { columns } = model.data.coordinates;
  return {
    row: rows,
    filled: missing.map(
      (j): Filled => ({
        column: model.columns[j]!,
        cell: cellText(model, j, rows.data[j]!),
        deviation: standardDeviations.data[j]!,
        isChoice: columns[j]!.nominal === true,
      }),
    ),
    chains: worst,
    notes: outside.map(
      (one) =>
        `What is filled in is the model's guess: ${showExtrapolation(one, model.columns, model.data.coordinates.written)}.`,
    ),
  };
}
