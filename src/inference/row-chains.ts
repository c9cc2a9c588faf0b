/** Chains of a law that is another for every row, in one compiled program: what a row is given travels as numbers. */

import type { Energy } from "../energies/energy.js";
import { makeEnergy } from "../energies/energy.js";
import type { Expr } from "../ir/expr.js";
import { layoutOf } from "../nn/layout.js";
import { add } from "../ops/arithmetic.js";
import { matmul } from "../ops/linalg.js";
import { reshape, slice } from "../ops/shape.js";
import { normal, uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { flowMc } from "../samplers/composites/flow-mc.js";
import { newRunner } from "../samplers/driver/runner.js";
import type { SampleProgress, Samples } from "../samplers/driver/samples.js";
import { checkStart } from "../samplers/driver/starts.js";
import { nuts } from "../samplers/kernels/nuts.js";
import type { Sampler } from "../samplers/sampler.js";
import { multiply } from "../util/cholesky.js";
import { InputError, NumericError } from "../util/errors.js";
import { mean } from "../util/moments.js";
import { parseOptions } from "../util/options.js";
import { allocate, type FloatTensor, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import type { Density } from "./density.js";
import { drawOf, type RowMixture, rowFlow } from "./row-proposal.js";

/** How long chains run. */
export interface ChainCounts {
  readonly key: Key;
  /** Chains of each row, 4 unless said. */
  readonly chains?: number | undefined;
  /** Steps of each chain before its first draw, in which step sizes are tuned; 500 unless said. */
  readonly warmup?: number | undefined;
  /** Draws kept of each chain, 500 unless said. */
  readonly draws?: number | undefined;
  /** Steps from one kept draw to the next, 1 unless said. */
  readonly thin?: number | undefined;
  /** Told after every few steps. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
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
  /** Laws near those of the rows: chains then jump by them, and half of the chains start at their draws. */
  readonly mixture?: RowMixture | undefined;
  /**
   * A normal law near that of each row, at whose draws chains without jumps start and in whose units they walk: a mixture
   * of one component.
   */
  readonly units?: RowMixture | undefined;
  /** What each row is given, `(rows, width)`. */
  readonly given: Tensor<Float64Array>;
  /** Energies `(chains)` of free numbers `(chains, free)`, each with what its own row is given `(chains, width)`. */
  energy(joint: (x: Expr) => Expr, x: Expr, given: Expr): Expr;
  /** The coordinates that are all but functions of others, in words, for where chains cannot move. */
  told?(): string;
  /** The whole point of a row `(...event)` for its free numbers, to check the energy where chains start. */
  complete(row: number, free: Float32Array): ArrayLike<number>;
}

/** Chains in one program, at most: fewer steps wait for the slowest of many trajectories. */
const TOGETHER = 512;

/** How much wider than the data chains start. */
const SPREAD = 2;

/** Draws of rows, and how often chains left where they were by a jump. */
export interface RowDraws {
  /** `(rows, chains, draws, free)` */
  readonly x: Tensor<Float32Array>;
  /** Mean acceptance by part of the kernel. */
  readonly acceptance: Readonly<Record<string, number>>;
}

/** Steps of a run between two looks at it: a step of the slowest takes a second. */
const BLOCK = 5;

/**
 * Chains that jump move in units that are theirs, so that a step far below 1 is one that a narrow direction asks for. They
 * cannot move where, in so many steps from step `AFTER` on, trajectories are nearly always doubled to the end, are still
 * shorter than one deviation there, and jumps do not help.
 */
const STUCK = { after: 10, steps: 10, share: 0.7, jumps: 0.1 };

/** Leapfrog steps of a trajectory at most. */
const LONGEST = 2 ** parseOptions("sampler nuts", nuts.options, {}).maxDepth - 1;

/** Of trajectories in units of their own: the longest of many chains is what all wait for. */
const IN_UNITS = { maxDepth: 5 };

/** NUTS, and after each of its steps a jump. */
const JUMPING = { local: "nuts", localSteps: 1 };

/**
 * Draws of every row, by NUTS and, where there is a mixture, jumps that it proposes. The joint energy is checked to treat rows one by one; the laws of the rows then
 * differ on purpose, so the driver's runner is used below the check of `sample`.
 * @throws InputError on counts that make no run or an energy of discrete points.
 * @throws NumericError when the energy is not finite where chains start, or a law is so narrow in a direction that chains
 * which jump cannot move.
 */
export async function rowChains(what: string, laws: RowLaws, counts: ChainCounts): Promise<RowDraws> {
  const { chains = 4, warmup = 500, draws = 500, thin = 1, key, progress = () => {} } = counts;
  for (const [name, value, least] of [
    ["chains", chains, 1],
    ["warmup", warmup, 0],
    ["draws", draws, 4],
    ["thin", thin, 1],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      throw new InputError(`${what}: ${name} must be a whole number of at least ${least}, got ${value}`);
  const { free, given } = laws;
  const rows = given.shape[0]!;
  const size = Math.min(rows, Math.max(1, Math.floor(TOGETHER / chains)));
  const perRow = chains * draws * free;
  const out = allocate("float32", rows * perRow);
  const accepted: Record<string, number> = {};
  for (let from = 0; from < rows; from += size) {
    // The last batch is filled up with rows of its own, so that it has the size of the others.
    const batch = Array.from({ length: size }, (_, i) => from + (i % Math.min(size, rows - from)));
    const { x, info } = await runBatch(what, laws, batch, {
      ...{ chains, warmup, draws, thin, key: fold(key, from) },
      progress: (done, total) => progress((from / size) * total + done, Math.ceil(rows / size) * total),
    });
    const kept = x.data.subarray(0, Math.min(size, rows - from) * perRow);
    out.set(
      laws.units ? outOfUnits(laws.units, kept, (i) => from + Math.floor(i / (chains * draws))) : kept,
      from * perRow,
    );
    const share = Math.min(size, rows - from) / rows;
    for (const name of ["localAcceptance", "globalAcceptance", "acceptance"])
      if (info[name]) accepted[name] = (accepted[name] ?? 0) + share * mean(info[name].data);
  }
  return { x: tensor(out, [rows, chains, draws, free]), acceptance: accepted };
}

async function runBatch(
  what: string,
  laws: RowLaws,
  batch: readonly number[],
  { chains, warmup, draws, thin, key, progress }: Required<{ [K in keyof ChainCounts]: NonNullable<ChainCounts[K]> }>,
): Promise<Pick<Samples, "x" | "info">> {
  const { model, given, mixture } = laws;
  const width = given.shape[1]!;
  const n = batch.length * chains;
  const rowOf = (chain: number): number => batch[Math.floor(chain / chains)]!;
  const start = startsOf(laws, rowOf, n, fold(key, "start"));
  const { free } = laws;
  const { event, layout } = model.energy;
  const whole = new Float32Array(n * sizeOf(event));
  const placed = laws.units ? outOfUnits(laws.units, start.data, rowOf) : start.data;
  for (let c = 0; c < n; c++)
    whole.set(laws.complete(rowOf(c), placed.slice(c * free, (c + 1) * free)), c * sizeOf(event));
  await checkStart(model, tensor(whole, [n, ...event]), { engine: model.engine }, (value, chain) => {
    const row = rowOf(chain);
    return `${what}: the energy is ${value} around row ${row} (from 0), where its chains start; is the row far from the data?`;
  });
  // What the rows are given follows the parameters in one vector: an input of the program, not part of it.
  const { units } = laws;
  const params = new Float32Array(layout.size + n * width + (units ? n * free + free * free : 0));
  if (model.params) params.set(model.params.data);
  for (let c = 0; c < n; c++)
    params.set(given.data.subarray(rowOf(c) * width, (rowOf(c) + 1) * width), layout.size + c * width);
  if (units) {
    for (let c = 0; c < n; c++)
      params.set(units.means.subarray(rowOf(c) * free, (rowOf(c) + 1) * free), layout.size + n * width + c * free);
    params.set(units.lowers[0]!, layout.size + n * width + n * free);
  }
  const jumps = mixture && rowFlow(mixture, rowOf, n);
  const runner = await newRunner({
    target: {
      ...{ energy: rowEnergy(laws, n), params: tensor(params) },
      ...(jumps ? { flow: jumps.flow, flowParams: jumps.params } : {}),
    },
    sampler: (jumps ? flowMc : nuts) as unknown as Sampler,
    options: jumps
      ? parseOptions("sampler flow-mc", flowMc.options, JUMPING)
      : parseOptions("sampler nuts", nuts.options, units ? IN_UNITS : {}),
    start,
    metric: warmup > 0 && !jumps ? "diagonal" : "unit",
    counts: { warmup, draws, thin, block: BLOCK },
    key: fold(key, "chains"),
    scale: undefined,
    where: { engine: model.engine },
    resume: undefined,
  });
  const look = jumps ? newLook(what, laws) : () => {};
  while (!runner.finished()) {
    const at = await runner.advance();
    progress(at.done, at.total);
    look(at);
  }
  return runner.samples();
}

/** Looks at a run of chains that jump after every block. @throws NumericError where they cannot move. */
function newLook(what: string, { told }: RowLaws): (at: SampleProgress) => void {
  const blocks: SampleProgress[] = [];
  return (at) => {
    if (at.phase !== "warmup" || at.done <= STUCK.after) return;
    blocks.push(at);
    const last = blocks.slice(-STUCK.steps / BLOCK);
    const of = (name: string): number => mean(last.map(({ info }) => info[name] ?? Number.NaN));
    const step = at.tuned.stepSize ?? 1;
    if (last.length < STUCK.steps / BLOCK || step * LONGEST >= 1) return;
    if (!(of("gradients") >= STUCK.share * LONGEST && of("globalAcceptance") < STUCK.jumps)) return;
    const which = told ? `: ${told()}` : "";
    throw new NumericError(
      `${what}: chains cannot move, since columns are all but functions of others${which}; no step above ${step.toPrecision(2)} holds, and ${LONGEST} such steps, the most there are, lead nowhere. Train without such columns (--drop), and compute them from the others`,
    );
  };
}

/** Where chains start: wider than anything is known to lie; of a mixture every second one at a draw of it. */
function startsOf(
  { free, around, mixture, units }: RowLaws,
  rowOf: (chain: number) => number,
  n: number,
  key: Key,
): Tensor<Float32Array> {
  const z = normal(key, [n, free]).data;
  const { mean: centre, scale } = (units ? undefined : around) ?? unitSpread(free);
  const start = Float32Array.from(z, (v, i) => centre[i % free]! + (units ? 1 : SPREAD) * scale[i % free]! * v);
  if (!mixture) return tensor(start, [n, free]);
  const pick = uniform(fold(key, "component"), [n]).data;
  for (let c = 0; c < n; c++) {
    if (c % 2 === 1 && around) continue;
    const own = Float64Array.from(z.subarray(c * free, (c + 1) * free), (v) => (c % 2 === 1 ? SPREAD * v : v));
    start.set(drawOf(mixture, rowOf(c), pick[c]!, own), c * free);
  }
  return tensor(start, [n, free]);
}

/** Numbers `(…, free)` in units of rows as what they are. @param rowOf the row of each point, by its number. */
function outOfUnits(
  { free, means, lowers: [lower] }: RowMixture,
  u: FloatTensor["data"],
  rowOf: (point: number) => number,
): Float32Array {
  const out = new Float32Array(u.length);
  for (let at = 0; at < u.length; at += free) {
    const moved = multiply(lower!, Float64Array.from(u.subarray(at, at + free)), free);
    const centre = rowOf(at / free) * free;
    for (let k = 0; k < free; k++) out[at + k] = means[centre + k]! + moved[k]!;
  }
  return out;
}

/** The energy of `n` chains whose parameters are those of the joint energy, then what each chain's row is given. */
function rowEnergy({ model: { energy }, free, given, units, energy: law }: RowLaws, n: number): Energy {
  const own = energy.layout.size;
  const width = given.shape[1]!;
  return makeEnergy({
    event: [free],
    layout: layoutOf({
      ...{ params: [own], given: [n, width] },
      ...(units ? { centres: [n, free], lower: [free, free] } : {}),
    }),
    energy(u, params) {
      const after = own + n * width;
      const part = (from: number, shape: readonly number[]): Expr =>
        reshape(slice(params, 0, from, from + sizeOf(shape)), shape);
      const x = units
        ? add(part(after, [n, free]), matmul(u, part(after + n * free, [free, free]), { transposeB: true }))
        : u;
      const joint = (points: Expr): Expr => (own === 0 ? energy(points) : energy(points, slice(params, 0, 0, own)));
      return law(joint, x, part(own, [n, width]));
    },
  });
}
