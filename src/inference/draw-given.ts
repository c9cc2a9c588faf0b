/** New points of a model on conditions: some coordinates held at a number, others within bounds. */

import { type ChainVerdict, judgeChains } from "../metrics/chains/verdict.js";
import { kishSize } from "../metrics/log-z/log-weights.js";
import { sub } from "../ops/arithmetic.js";
import { gather } from "../ops/indexing.js";
import { constant } from "../ops/leaf.js";
import { concat, reshape } from "../ops/shape.js";
import { uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { columnMoments } from "../util/moments.js";
import { type FloatTensor, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import { type BoundedCoordinates, type Bounds, boundedCoordinates } from "./bounded.js";
import type { Held } from "./conditions.js";
import type { Density } from "./density.js";
import { type Pool, resampled, weightsOf } from "./pool.js";
import { type RowLaws, rowChains, type Spread } from "./row-chains.js";
import { fitClouds, givenClouds, type RowMixture } from "./row-proposal.js";
import { toldByOthers } from "./spread-given-others.js";

export interface GivenOptions {
  readonly n: number;
  readonly key: Key;
  /** Chains in parallel; each gives `⌈n / chains⌉` draws. */
  readonly chains: number;
  /** Steps before the first draw, and from one draw to the next. */
  readonly warmup: number;
  readonly thin: number;
  /** Names of all coordinates, for the verdict. */
  readonly names?: readonly string[] | undefined;
  /** Told after every few steps of both runs. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

export interface GivenPoints {
  /** `(n, d)`, in the coordinates of the model: what is held is what it is held at. */
  readonly points: Tensor<Float64Array>;
  /** On the coordinates that are not held at a number. */
  readonly verdict: ChainVerdict;
  /** How often a jump is taken; `null` where no proposal could be fitted. */
  readonly jumps: number | null;
}

/** Points that a first proposal is fitted to; chains, warm-up and draws of the run that the second is fitted to. */
const [FITTED, FIRST] = [2000, { chains: 48, warmup: 250, draws: 80 }];
/** What the points that are near a condition must be worth. */
const NEAR = 200;
/** How near they are looked for, in standard deviations: at first, by what factor more, and at most. */
const [NEAREST, FARTHER, FARTHEST] = [0.1, 1.5, 30];

const everywhere: Bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** How far a number lies outside of its bounds. */
const beyond = ([low, high]: Bounds, z: number): number => Math.max(0, low - z, z - high);

/** Points of a pool near the conditions: its law times `exp(−r²/2h²)` with the least width h that leaves enough. */
function nearby({ x, logWeights }: Pool, { fixed, bounds }: Held, spread: Float64Array, key: Key): FloatTensor {
  const [n, d] = x.shape as [number, number];
  const away = Float64Array.from({ length: n }, (_, i) => {
    let r2 = 0;
    for (const [c, v] of fixed) r2 += ((x.data[i * d + c]! - v) / spread[c]!) ** 2;
    for (const [c, ends] of bounds) r2 += (beyond(ends, x.data[i * d + c]!) / spread[c]!) ** 2;
    return r2;
  });
  const near = (h: number): Float64Array => logWeights.map((w, i) => w - away[i]! / (2 * h * h));
  let h = NEAREST;
  for (; h < FARTHEST; h *= FARTHER) {
    const weights = weightsOf(near(h));
    const total = weights.reduce((s, w) => s + w, 0);
    if (kishSize(weights.map((w) => w / total)) >= Math.min(NEAR, n / 4)) break;
  }
  return resampled({ x, logWeights: near(h) }, Math.min(FITTED, 4 * n), key);
}

/** Points as numbers without bounds; those outside lie just inside, a little apart. */
function unbounded(x: FloatTensor, ways: BoundedCoordinates, spread: Float64Array, key: Key): FloatTensor {
  const [n, d] = x.shape as [number, number];
  const u = uniform(key, [n, d], "float64").data;
  const out = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const inset = Array.from(spread, (s, j) => 0.2 * s * -Math.log(u[i * d + j]!));
    out.set(ways.back(x.data.subarray(i * d, (i + 1) * d), inset), i * d);
  }
  return tensor(out, [n, d]);
}

/** The law of the free coordinates, as numbers without bounds, in one row. */
function lawOf(
  model: Density,
  { fixed, bounds }: Held,
  { mean, scale }: Spread,
): RowLaws & { ways: BoundedCoordinates } {
  const { event } = model.energy;
  const d = sizeOf(event);
  const given = [...fixed.keys()];
  const free = Array.from({ length: d }, (_, c) => c).filter((c) => !fixed.has(c));
  const ways = boundedCoordinates(
    free.map((c) => bounds.get(c) ?? everywhere),
    mean,
    scale,
  );
  const sides = [...free, ...given];
  const order = tensor(BigInt64Array.from(Array.from({ length: d }, (_, c) => BigInt(sides.indexOf(c)))));
  return {
    ...{ model, ways, free: free.length },
    // A row is given something, be it nothing of use.
    given: tensor(
      Float64Array.from(given.length > 0 ? given : [-1], (c) => fixed.get(c) ?? 0),
      [1, Math.max(1, given.length)],
    ),
    energy(joint, u, own) {
      const { z, logDet } = ways.expr(u);
      const side = given.length > 0 ? concat([z, own], 1) : z;
      const e = joint(reshape(gather(side, constant(order), 1), [u.shape[0]!, ...event]));
      return logDet ? sub(e, logDet) : e;
    },
    complete(_, u) {
      const whole = new Float64Array(d);
      ways.at(u).forEach((v, k) => {
        whole[free[k]!] = v;
      });
      for (const [c, v] of fixed) whole[c] = v;
      return whole;
    },
  };
}

/** Means and standard deviations of points `(n, d)`, 1 where they do not vary. */
function spreadOf(x: FloatTensor): Spread {
  const { mean, squares } = columnMoments(x.data, x.shape[1]!);
  return { mean, scale: squares.map((v) => Math.sqrt(v / x.shape[0]!) || 1) };
}

const withJumps = <Law extends RowLaws>(law: Law, mixture: RowMixture | null): Law =>
  mixture ? { ...law, mixture } : law;

/**
 * Draw from `p(x | conditions)` by chains of the law itself: NUTS on the free coordinates, those within bounds as
 * `a + eᵘ`, `b − eᵘ` or `a + (b − a) σ(u)`, with jumps between its modes.
 *
 * Draws of the flow never meet an equality, and hardly ever a rare bound. So those near the conditions are taken, by their
 * weights under the model, a mixture of Gaussians is fitted to them and, given what is held, proposes the jumps of a first
 * run; a mixture fitted to that run's draws proposes those of the run that counts. Every jump is accepted as its energy
 * says, so that the fits decide how fast chains move and not where. What no chain has seen no verdict sees.
 * @throws InputError for points that are not real, or counts that make no run.
 * @throws NumericError when the energy is not finite where chains start, or coordinates are so nearly functions of others
 * that chains cannot move; it names them.
 */
export async function drawGiven(model: Density, held: Held, pool: Pool, options: GivenOptions): Promise<GivenPoints> {
  const { n, key, chains, warmup, thin, progress = () => {} } = options;
  const { fixed, bounds } = held;
  const d = sizeOf(model.energy.event);
  if (model.energy.support.kind !== "real")
    throw new InputError(
      `conditions: points are ${model.energy.support.kind}; only real ones can be drawn on conditions`,
    );
  const around = spreadOf(pool.x);
  const whole = boundedCoordinates(
    Array.from({ length: d }, (_, c) => bounds.get(c) ?? everywhere),
    around.mean,
    around.scale,
  );
  const near = unbounded(nearby(pool, held, around.scale, fold(key, "near")), whole, around.scale, fold(key, "inset"));
  const given = [...fixed.keys()];
  const free = Array.from({ length: d }, (_, c) => c).filter((c) => !fixed.has(c));
  const ofFree = (x: Float64Array): Float64Array => Float64Array.from(free, (c) => x[c]!);
  const trialLaw = lawOf(model, held, { mean: ofFree(around.mean), scale: ofFree(around.scale) });
  const clouds = fitClouds(near, fold(key, "first fit"));
  const values = given.map((c) => (fixed.get(c)! - around.mean[c]!) / around.scale[c]!);
  const first = clouds && givenClouds(clouds, free, given, values);
  const names = Array.from({ length: d }, (_, c) => options.names?.[c] ?? `x${c + 1}`);
  const told = (): string => toldByOthers(pool.x, names);
  const draws = Math.max(4, Math.ceil(n / chains));
  const [ahead, rest] = [FIRST.warmup + FIRST.draws, warmup + draws * thin];
  const trial = await rowChains(
    "conditions",
    { ...withJumps(trialLaw, first), told },
    {
      ...{ ...FIRST, key: fold(key, "first") },
      progress: (done) => progress(done, ahead + rest),
    },
  );
  // What was found is about as wide as the law: the run that counts moves in its units.
  const found = inBounds(trial.x, trialLaw);
  const flat = tensor(found.data, [FIRST.chains * FIRST.draws, free.length]);
  const law = lawOf(model, held, spreadOf(flat));
  const again = Float64Array.from(flat.data);
  for (let i = 0; i < again.length; i += free.length)
    again.set(law.ways.back(flat.data.subarray(i, i + free.length), new Array<number>(free.length).fill(1e-6)), i);
  const refitted = fitClouds(tensor(again, flat.shape), fold(key, "second fit"));
  const all = free.map((_, k) => k);
  const jumping = withJumps(law, refitted && givenClouds(refitted, all, [], []));
  const run = await rowChains(
    "conditions",
    { ...jumping, told },
    {
      ...{ chains, warmup, draws, thin, key: fold(key, "run") },
      progress: (done) => progress(ahead + done, ahead + rest),
    },
  );
  return {
    points: acrossChains(run.x, n, law),
    verdict: judgeChains({
      ...{ x: inBounds(run.x, law), exact: true },
      names: free.map((c) => names[c]!),
    }),
    jumps: run.acceptance.globalAcceptance ?? null,
  };
}

/** Draws `(1, chains, draws, free)` in the coordinates of the model, `(chains, draws, free)`. */
function inBounds(
  { data, shape }: FloatTensor,
  { ways, free }: { ways: BoundedCoordinates; free: number },
): FloatTensor {
  const out = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += free) out.set(ways.at(data.subarray(i, i + free)), i);
  return tensor(out, shape.slice(1));
}

/** The first `n` whole points, taken across chains first. */
function acrossChains({ data, shape }: Tensor<Float32Array>, n: number, law: RowLaws): Tensor<Float64Array> {
  const [, chains, draws, free] = shape as [number, number, number, number];
  const points = Array.from({ length: n }, (_, i) => {
    const at = ((i % chains) * draws + Math.floor(i / chains)) * free;
    return law.complete(0, data.slice(at, at + free));
  });
  const d = points[0]!.length;
  const out = new Float64Array(n * d);
  points.forEach((point, i) => {
    out.set(point, i * d);
  });
  return tensor(out, [n, d]);
}
