/** What a model is once trained: one object that answers for rows in the units of its data. */

import { write } from "#files";
import type { RunConfig } from "../config/config.js";
import { expectStates } from "../config/discrete-rows.js";
import { trainedModel } from "../config/what-is-trained.js";
import { replaced, unitEnergies } from "../data/columns/dequantise.js";
import { shrunkCloud } from "../data/shrunk-cloud.js";
import type { Energy } from "../energies/energy.js";
import { energyOf } from "../energies/evaluate.js";
import type { Evaluation } from "../evaluation/evaluate.js";
import type { KnownLogZ } from "../evaluation/known-log-z.js";
import type { Flow } from "../flows/flow.js";
import type { ClassProbabilities } from "../inference/class-probabilities.js";
import type { Denoised, DenoiseOptions } from "../inference/denoise.js";
import type { Density } from "../inference/density.js";
import { type DrawnPoints, type DrawOptions, drawPoints } from "../inference/draw-points.js";
import type { Imputed, ImputeOptions } from "../inference/impute.js";
import { widthFor } from "../inference/large-points.js";
import type { Learned } from "../inference/learned.js";
import { poolOf, resampled, together } from "../inference/pool.js";
import { fold, type Key, makeKey } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { asRows, type Rows } from "../util/rows.js";
import { type FloatTensor, showShape } from "../util/tensor.js";
import { beyondNumbers } from "./beyond-numbers.js";
import { denoiseInUnits } from "./denoise-in-units.js";
import { type DrawnWhere, drawWhere, type WhereOptions } from "./draw-where.js";
import { encodeParts } from "./file.js";
import type { Place } from "./files.js";
import { imputeInUnits } from "./impute-in-units.js";
import { classesOf, type RowScores, scoreRows } from "./in-units.js";
import { kernelEnergies, kernelScorer } from "./kernel-scores.js";
import { spreadOf, type TrainedData, type TrainedParts } from "./parts.js";
import { type ColumnReason, reasonsOf } from "./reasons.js";
import { joined, type RowScorer, type RowSource } from "./row-scorer.js";
import { type ColumnSlice, slicesOf } from "./slices.js";

/** A trained density. Rows are `(n, d)`, a tensor or nested arrays, in the units and columns of the data. */
export interface Trained {
  readonly config: RunConfig;
  readonly step: number;
  readonly columns: readonly string[];
  /** Names of the classes in order; none for rows without labels. */
  readonly classes: readonly string[];
  /** Of points in the coordinates of the model, standardised unless told otherwise; the flow itself where only that was trained. */
  readonly energy: Energy;
  /** Of the same points, where there is one that was fitted. */
  readonly flow: Flow | null;
  readonly params: Learned;
  /** log Z, held-out log-likelihood beside that of a baseline, …, each with its error; `null` where nothing was judged. */
  readonly evaluation: Evaluation | null;
  readonly data: TrainedData;
  /** `log ∫ exp(−E)` in the coordinates of the model, and where it comes from. */
  logZ(): Promise<KnownLogZ>;
  /** Normalised log-density `(n)`, nats; it carries the error of log Z. */
  logDensity(rows: Rows): Promise<Float64Array>;
  /** Log-densities, and p-values of rows unlike the data. @throws InputError when no rows were held out. */
  score(rows: Rows, options?: ScoreOptions): Promise<RowScores>;
  /** The same of rows that come in pieces, of which it keeps a few numbers each. */
  scorer(options?: Pick<ScoreOptions, "by">): RowScorer<Rows>;
  /**
   * Of each row its columns against their laws given the others, the unlikeliest first; by quadrature, exact up to some
   * thousandths of a nat, and without log Z.
   */
  why(rows: Rows, options?: ScoreOptions): Promise<readonly (readonly ColumnReason[])[]>;
  /**
   * Of one row, nested or `(1, d)`, the law of each column given its others: `p(value | the rest)` at values that a curve can be
   * drawn through, or of each cell there is; by quadrature, without log Z. Columns that are the same in every row have none.
   */
  slices(row: Rows): Promise<readonly ColumnSlice[]>;
  /** `n` points by flow-assisted chains; with `class` of that class only. */
  sample(n: number, options?: Partial<Omit<DrawOptions, "n">>): Promise<FloatTensor>;
  /** The same with the chains behind them. */
  draws(options: DrawOptions): Promise<DrawnPoints>;
  /** Rows on conditions, `{ where: "species=Adelie, bill>45" }`, by chains of their law, with a verdict. */
  drawsWhere(options: WhereOptions): Promise<DrawnWhere>;
  /** `p(y | x)` of each class, in their order. @throws InputError when the model knows no classes. */
  classify(rows: Rows): Promise<ClassProbabilities>;
  /**
   * NaN filled in from the law given the rest of its row; cells that were given keep their digits. `outside` names rows
   * whose given cells lie outside what the training has shown.
   */
  impute(rows: Rows, options?: Partial<ImputeOptions>): Promise<Imputed>;
  /** The mean of the true rows given rows with normal noise of known `sigma`, and its Monte Carlo errors. */
  denoise(rows: Rows, options: DenoiseOptions): Promise<Denoised>;
  /** Energies of the rows that training never saw. */
  heldOut(): Promise<Float64Array>;
  /** The model as one file, data only: parameters, scales, log Z, some rows where chains start, nothing to run. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** Write that file: to a path in Node, to a `FileSystemFileHandle` in a browser. `openModel` reads it. */
  save(where: Place): Promise<void>;
}

export interface ScoreOptions extends RowSource {
  /**
   * What says how unlikely a row is: the energy, or the kernel energy of the training rows that the model keeps
   * (`fitKernelDensity`), whose p-values need no rows held out. The energy unless said.
   */
  readonly by?: "energy" | "kernel";
  /** Row to compare densities with, counted from 0. */
  readonly relativeTo?: number;
}

/** Draws of the flow that jumps of imputing chains are fitted to. */
const NEAR_ROWS = 2000;

const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
};

/** Energies of rows in the units of the data. */
const energiesOf =
  (coordinates: TrainedData["coordinates"], value: (points: FloatTensor) => Promise<Float64Array>) =>
  async (rows: FloatTensor): Promise<Float64Array> => {
    const points = coordinates.encode(rows);
    return beyondNumbers(await unitEnergies(coordinates, { rows, points }, value), points);
  };

/** Rows by their energies, which are kept until scores are asked for. */
function energyScorer(
  energies: (rows: FloatTensor) => Promise<Float64Array>,
  known: { heldOut(): Promise<Float64Array>; logZ(): Promise<KnownLogZ>; shift(): Promise<number> },
): RowScorer<FloatTensor> {
  const found: Float64Array[] = [];
  return {
    async add(rows) {
      const own = await energies(rows);
      found.push(own);
      return own;
    },
    scores: async (options = {}) =>
      scoreRows({ ...known, energies: joined(found), heldOut: await known.heldOut() }, options),
  };
}

/** What chains of single rows move by: a pool that jumps are fitted to or, of images, a normal law whose units they walk in. */
function nearbyOf(
  { config, data: { seen, coordinates } }: TrainedParts,
  density: Density,
  fitted: Parameters<typeof poolOf>[1],
  key: Key,
) {
  const real = density.energy.support.kind === "real";
  return {
    // Jumps are made in the units of the model: where columns are not standardised these may differ by orders.
    pool: once(async () => {
      if (!real || config.data.image || config.data.standardize !== true) return undefined;
      const own = fold(key, "pool");
      const near = await poolOf(density, fitted, seen.train, own, NEAR_ROWS);
      return together(resampled(near, NEAR_ROWS, fold(own, "resampled")), seen.train);
    }),
    // Pixels are too many for a mixture.
    near: once(async () =>
      real && config.data.image ? shrunkCloud(replaced(coordinates, seen.train, fold(key, "near"))) : undefined,
    ),
  };
}

/** The object of its parts; programs are compiled when they are first needed. */
export function makeTrained(parts: TrainedParts, { engine }: Where = {}): Trained {
  const { config, data, params, step, evaluation } = parts;
  const { columns, coordinates, seen } = data;
  const judged = trainedModel(config, parts.model);
  const { energy, flow } = judged;
  const density = { energy, params: params.energy, engine };
  // In double precision: engines then agree to many digits, and a row far out keeps its own.
  const value = energyOf(energy, widthFor(energy.event), { engine });
  const [logZ, heldOut] = [once(parts.logZ), once(parts.heldOut)];
  const fresh = makeKey(config.seed + 1);

  /** Rows of the model's columns; discrete ones are its states. */
  const taken = (what: string, given: Rows, named: RowSource = {}): FloatTensor => {
    const rows = asRows(what, given);
    if (rows.shape.length !== 2 || rows.shape[1] !== columns.length)
      throw new InputError(`${what}: rows have shape ${showShape(rows.shape)}, expected (n, ${columns.length})`);
    const bad = rows.data.findIndex(Number.isNaN);
    if (bad >= 0)
      throw new InputError(
        `${what}: row ${Math.floor(bad / columns.length)} (from 0), column ${columns[bad % columns.length]} is NaN; impute fills in what is missing`,
      );
    const { source = what, lines } = named;
    expectStates({ source, columns, rows, ...(lines ? { lines } : {}) }, energy.support, config.energy.name);
    return rows;
  };
  const energies = energiesOf(coordinates, (points) => value(points, params.energy));
  const shift = async (): Promise<number> => (await logZ()).value + coordinates.logVolume;
  const draws = (options: DrawOptions): Promise<DrawnPoints> =>
    drawPoints(judged, params, { ...seen, coordinates }, { engine, ...options });

  const fitted = flow && params.flow ? { flow, params: params.flow } : null;
  const { pool, near } = nearbyOf(parts, density, fitted, fresh);
  const others = config.data.image ? {} : { seen: seen.train };

  const kept = { ...parts, logZ, heldOut };
  const scorer: Trained["scorer"] = ({ by } = {}) => {
    const { add, scores } = by === "kernel" ? kernelScorer(kept) : energyScorer(energies, { heldOut, logZ, shift });
    return { add: async (given, named = {}) => add(taken("score", given, named)), scores };
  };
  return {
    ...{ config, step, columns, energy, params, evaluation, data, logZ, heldOut, draws, scorer },
    bytes: () => encodeParts(kept),
    save: async (where) => write(where, await encodeParts(kept)),
    classes: data.labels?.classes ?? [],
    flow: flow && params.flow ? flow : null,
    async logDensity(given) {
      const [e, s] = [await energies(taken("logDensity", given)), await shift()];
      return e.map((v) => -v - s);
    },
    async score(given, options = {}) {
      const all = scorer(options);
      await all.add(given, options);
      return all.scores(options);
    },
    async why(given, options = {}) {
      const rows = taken("why", given, options);
      const kernel = options.by === "kernel" ? kernelEnergies(kept) : undefined;
      return reasonsOf(kept, rows, kernel ?? ((points) => value(points, params.energy)));
    },
    async slices(given) {
      const rows = taken("slices", given);
      if (rows.shape[0] !== 1) throw new InputError(`slices: expected one row, got ${rows.shape[0]}`);
      return slicesOf(kept, rows, (points) => value(points, params.energy));
    },
    sample: async (n, { key = fresh, ...rest } = {}) => (await draws({ n, key, ...rest })).points,
    drawsWhere: (options) => drawWhere(parts, density, fitted, options),
    classify: async (given) => classesOf(density, data, coordinates.encode(taken("classify", given))),
    impute: async (given, { key = fresh, ...rest } = {}) =>
      imputeInUnits(density, coordinates, asRows("impute", given), {
        ...{ key, around: spreadOf(parts), ...others, pool: await pool(), near: await near() },
        ...rest,
      }),
    denoise: async (given, options) =>
      denoiseInUnits(density, coordinates, taken("denoise", given), {
        ...{ key: fresh, ...others, near: await near() },
        ...options,
      }),
  };
}
