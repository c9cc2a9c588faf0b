/** A model trained on the training rows of a table of bits, kept by its validation rows, and judged on its test rows. */

import { type RunConfig, resolveConfig } from "../../config/config.js";
import type { RunData } from "../../config/prepare.js";
import { trainedParameters } from "../../config/what-is-trained.js";
import { identityCoordinates } from "../../data/columns/coordinates.js";
import { readTable } from "../../data/read-table.js";
import { energyOf } from "../../energies/evaluate.js";
import { simplestLaw } from "../../evaluation/baseline.js";
import { meanEstimate } from "../../metrics/intervals/interval.js";
import type { Estimate } from "../../metrics/metric.js";
import { runSession } from "../../train/run-session.js";
import { startSession } from "../../train/start.js";
import { InputError } from "../../util/errors.js";
import { cast, type FloatTensor } from "../../util/tensor.js";
import type { DataFile, ReadData } from "../data-files.js";
import { type AnnealSizes, type BitsBracket, bracketOf, exactLogZ } from "./log-z.js";
import { sets } from "./sets.js";

/** Files of the parts of a table. */
export interface BitsFiles {
  readonly train: DataFile;
  readonly validation: DataFile;
  readonly test: DataFile;
}

export interface BitsUnit {
  readonly set: string;
  readonly method: string;
  readonly seed: number;
  readonly files: BitsFiles;
  /** How log Z is bracketed by annealing, if it is. */
  readonly anneal: AnnealSizes | null;
}

export interface BitsResult {
  /** The step whose parameters are kept, of so many. */
  readonly step: number;
  readonly steps: number;
  readonly parameters: number;
  /** By the sum over states; `null` where they are too many. */
  readonly exact: number | null;
  readonly bracket: BitsBracket | null;
  /** Mean log-likelihood in nats a row, with the error of the rows; with exact log Z, or else that of the bracket. */
  readonly train: Estimate;
  readonly validation: Estimate;
  readonly test: Estimate;
  /** Of independent columns fitted to the training rows, on the test rows. */
  readonly independent: Estimate;
  readonly seconds: number;
}

/** The complete configuration of a unit. */
export const configOf = ({ set, method, seed }: Pick<BitsUnit, "set" | "method" | "seed">): RunConfig =>
  resolveConfig({ ...sets[set]!.methods[method]!.config, seed, data: { file: set } });

async function dataOf({ set, files }: BitsUnit, read: ReadData): Promise<RunData> {
  const { bits } = sets[set]!;
  const rowsOf = async (file: DataFile): Promise<FloatTensor> => {
    const { rows } = await readTable(await read(file), { source: file.path, fit: false });
    if (rows.shape[1] !== bits) throw new InputError(`${file.path} has ${rows.shape[1]} columns; ${set} has ${bits}`);
    if (rows.data.some((v) => v !== 0 && v !== 1))
      throw new InputError(`${file.path} has cells that are neither 0 nor 1; expected bits`);
    return cast(rows, "float32");
  };
  const [train, validation, test] = await Promise.all([files.train, files.validation, files.test].map(rowsOf));
  const columns = Array.from({ length: bits }, (_, i) => `x${i + 1}`);
  const parts = { train: train!, validation: validation!, test: test! };
  return { columns, coordinates: identityCoordinates(bits, columns), ...parts };
}

/** Train and judge. */
export async function runBits(unit: BitsUnit, tick: (done: number) => void, read: ReadData): Promise<BitsResult> {
  const began = performance.now();
  const config = configOf(unit);
  const data = await dataOf(unit, read);
  const session = await startSession(config, data);
  await runSession(session, (step) => tick((0.9 * step) / config.steps));
  const { model } = session;
  const { step, state } = session.best();
  const learned = trainedParameters(config, state);
  const params = learned.energy!;
  const exact = await exactLogZ(model, params);
  const bracket = unit.anneal && (await bracketOf({ config, model, learned, data }, unit.anneal));
  // Where nothing is exact the log-likelihood is that of the estimate from below, which is the higher one.
  const logZ = exact ?? bracket?.combined?.value ?? bracket?.rows[0]?.logZ.value ?? Number.NaN;
  const energy = energyOf(model.energy, "float64");
  const of = async (rows: FloatTensor): Promise<Estimate> =>
    meanEstimate((await energy(rows, params)).map((e) => -e - logZ));
  return {
    ...{ step, steps: config.steps, parameters: model.energy.layout.size, exact, bracket },
    train: await of(data.train),
    validation: await of(data.validation),
    test: await of(data.test),
    independent: meanEstimate(simplestLaw(model.energy.support, data.train).logDensity(data.test)),
    seconds: (performance.now() - began) / 1000,
  };
}
