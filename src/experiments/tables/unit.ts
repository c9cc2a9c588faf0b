/** One split of a table: trained by default on its training rows, and how far ahead of each baseline on the test rows. */

import { readCsv } from "../../data/csv.js";
import { fit as train } from "../../train/fit.js";
import { InputError } from "../../util/errors.js";
import { mean, variance } from "../../util/moments.js";
import type { FloatTensor } from "../../util/tensor.js";
import type { DataFile, ReadData } from "../data-files.js";

/** The files of a split. */
export const parts = ["train", "test", "baselines"] as const;

export interface TableUnit {
  readonly table: string;
  readonly split: string;
  readonly files: Readonly<Record<(typeof parts)[number], DataFile>>;
  readonly seed: number;
}

/** A mean over the test rows, nats a row, with its standard error. */
export interface RowMean {
  readonly value: number;
  readonly error: number;
}

export interface TableResult {
  readonly rows: { readonly train: number; readonly test: number };
  readonly columns: number;
  /** Held-out log-likelihood of the model. */
  readonly model: RowMean;
  readonly baselines: Readonly<Record<string, RowMean>>;
  /** How far the model is ahead of each, paired over the rows. */
  readonly ahead: Readonly<Record<string, RowMean>>;
  /** The step whose parameters were kept; 0 is the mixtures that it starts as. */
  readonly kept: number;
  readonly seconds: number;
}

/** The mean of what rows said. */
export const rowMean = (values: readonly number[]): RowMean => ({
  value: mean(values),
  error: Math.sqrt(variance(values) / values.length),
});

/** Train on the training rows as `ebbflow train` does, but for rows of its own to test on. */
export async function runTable(
  { files, seed }: TableUnit,
  tick: (done: number) => void,
  read: ReadData,
): Promise<TableResult> {
  const tableOf = async (file: DataFile): Promise<{ rows: FloatTensor; columns: readonly string[] }> =>
    readCsv(new TextDecoder().decode(await read(file)), { source: file.path });
  const [rows, test, said] = [await tableOf(files.train), await tableOf(files.test), await tableOf(files.baselines)];
  const [n, k] = [test.rows.shape[0]!, said.columns.length];
  if (said.rows.shape[0] !== n)
    throw new InputError(`${files.baselines.path} has ${said.rows.shape[0]} rows, and ${files.test.path} ${n}`);
  const began = performance.now();
  const model = await train(rows.rows, { test: 0, seed, progress: (step) => tick(Math.min(0.9, step / 2000)) ?? true });
  const own = [...(await model.logDensity(test.rows))];
  const seconds = (performance.now() - began) / 1000;
  const of = (j: number): number[] => own.map((_, i) => said.rows.data[i * k + j]!);
  tick(1);
  return {
    rows: { train: rows.rows.shape[0]!, test: n },
    columns: rows.rows.shape[1]!,
    model: rowMean(own),
    baselines: Object.fromEntries(said.columns.map((name, j) => [name, rowMean(of(j))])),
    ahead: Object.fromEntries(said.columns.map((name, j) => [name, rowMean(of(j).map((other, i) => own[i]! - other))])),
    kept: model.step,
    seconds,
  };
}
