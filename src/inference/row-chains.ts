/** Chains of a law that is another for every row, in one compiled program: what a row is given travels as numbers. */

import type { Energy } from "../energies/energy.js";
import { makeEnergy } from "../energies/energy.js";
import type { Expr } from "../ir/expr.js";
import { layoutOf } from "../nn/layout.js";
import { reshape, slice } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { newRunner } from "../samplers/driver/runner.js";
import { checkStart } from "../samplers/driver/starts.js";
import { nuts } from "../samplers/kernels/nuts.js";
import type { Sampler } from "../samplers/sampler.js";
import { InputError } from "../util/errors.js";
import { parseOptions } from "../util/options.js";
import { type FloatTensor, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import type { Density } from "./density.js";

/** How long chains run. */
export interface ChainCounts {
  readonly key: Key;
  /** Chains of each row, 4 unless said. */
  readonly chains?: number | undefined;
  /** Steps of each chain before its first draw, in which step sizes are tuned; 500 unless said. */
  readonly warmup?: number | undefined;
  /** Draws kept of each chain, 500 unless said. */
  readonly draws?: number | undefined;
}

/** Means and standard deviations of coordinates. */
export interface Spread {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** Of `d` coordinates that are standardised. */
export const unitSpread = (d: number): Spread => ({ mean: new Float64Array(d), scale: new Float64Array(d).fill(1) });

/** A law of `free` numbers for each of `rows` rows. */
export interface RowLaws {
  readonly model: Density;
  readonly free: number;
  /** Means and standard deviations of the free numbers where nothing is known of the row; 0 and 1 unless said. */
  readonly around?: Spread | undefined;
  /** What each row is given, `(rows, width)`. */
  readonly given: Tensor<Float64Array>;
  /** Energies `(chains)` of free numbers `(chains, free)`, each with what its own row is given `(chains, width)`. */
  energy(joint: (x: Expr) => Expr, x: Expr, given: Expr): Expr;
  /** The whole point of a row `(...event)` for its free numbers, to check the energy where chains start. */
  complete(row: number, free: Float32Array): ArrayLike<number>;
}

/** Chains in one program, at most: fewer steps wait for the slowest of many trajectories. */
const TOGETHER = 512;

/** How much wider than the data chains start. */
const SPREAD = 2;

/**
 * Draws `(rows, chains, draws, free)`. The joint energy is checked to treat rows one by one; the laws of the rows then
 * differ on purpose, so the driver's runner is used below the check of `sample`.
 * @throws InputError on counts that make no run or an energy of discrete points.
 * @throws NumericError when the energy is not finite where chains start.
 */
export async function rowChains(what: string, laws: RowLaws, counts: ChainCounts): Promise<Tensor<Float32Array>> {
  const { chains = 4, warmup = 500, draws = 500, key } = counts;
  for (const [name, value, least] of [
    ["chains", chains, 1],
    ["warmup", warmup, 0],
    ["draws", draws, 4],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      throw new InputError(`${what}: ${name} must be a whole number of at least ${least}, got ${value}`);
  const { free, given } = laws;
  const rows = given.shape[0]!;
  const size = Math.min(rows, Math.max(1, Math.floor(TOGETHER / chains)));
  const perRow = chains * draws * free;
  const out = new Float32Array(rows * perRow);
  for (let from = 0; from < rows; from += size) {
    // The last batch is filled up with rows of its own, so that it has the size of the others.
    const batch = Array.from({ length: size }, (_, i) => from + (i % Math.min(size, rows - from)));
    const x = await runBatch(what, laws, batch, { chains, warmup, draws, key: fold(key, from) });
    out.set(x.data.subarray(0, Math.min(size, rows - from) * perRow), from * perRow);
  }
  return tensor(out, [rows, chains, draws, free]);
}

async function runBatch(
  what: string,
  laws: RowLaws,
  batch: readonly number[],
  { chains, warmup, draws, key }: Required<{ [K in keyof ChainCounts]: NonNullable<ChainCounts[K]> }>,
): Promise<FloatTensor> {
  const { model, free, given, around = unitSpread(laws.free) } = laws;
  const width = given.shape[1]!;
  const n = batch.length * chains;
  const rowOf = (chain: number): number => batch[Math.floor(chain / chains)]!;
  const start = tensor(
    normal(fold(key, "start"), [n, free]).data.map(
      (v, i) => around.mean[i % free]! + SPREAD * around.scale[i % free]! * v,
    ),
    [n, free],
  );
  const { event, layout } = model.energy;
  const whole = new Float32Array(n * sizeOf(event));
  for (let c = 0; c < n; c++)
    whole.set(laws.complete(rowOf(c), start.data.slice(c * free, (c + 1) * free)), c * sizeOf(event));
  await checkStart(model, tensor(whole, [n, ...event]), { engine: model.engine }, (value, chain) => {
    const row = rowOf(chain);
    return `${what}: the energy is ${value} around row ${row} (from 0), where its chains start; is the row far from the data?`;
  });
  // What the rows are given follows the parameters in one vector: an input of the program, not part of it.
  const params = new Float32Array(layout.size + n * width);
  if (model.params) params.set(model.params.data);
  for (let c = 0; c < n; c++)
    params.set(given.data.subarray(rowOf(c) * width, (rowOf(c) + 1) * width), layout.size + c * width);
  const runner = await newRunner({
    target: { energy: rowEnergy(laws, n), params: tensor(params) },
    sampler: nuts as unknown as Sampler,
    options: parseOptions("sampler nuts", nuts.options, {}),
    start,
    metric: warmup > 0 ? "diagonal" : "unit",
    counts: { warmup, draws, thin: 1, block: 25 },
    key: fold(key, "chains"),
    scale: undefined,
    where: { engine: model.engine },
    resume: undefined,
  });
  while (!runner.finished()) await runner.advance();
  return runner.samples().x;
}

/** The energy of `n` chains whose parameters are those of the joint energy, then what each chain's row is given. */
function rowEnergy({ model: { energy }, free, given, energy: law }: RowLaws, n: number): Energy {
  const own = energy.layout.size;
  const width = given.shape[1]!;
  return makeEnergy({
    event: [free],
    layout: layoutOf({ params: [own], given: [n, width] }),
    energy(x, params) {
      const joint = (points: Expr): Expr => (own === 0 ? energy(points) : energy(points, slice(params, 0, 0, own)));
      return law(joint, x, reshape(slice(params, 0, own, own + n * width), [n, width]));
    },
  });
}
