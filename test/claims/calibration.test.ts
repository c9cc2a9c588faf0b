/**
 * Simulation-based calibration (Talts et al. 2018) of the driver with its kernels: parameters drawn from their prior and
 * data drawn given them have, among posterior draws given the data, a rank that is uniform. The model has a Jacobian:
 * `μ ~ N(0, 1)`, `σ ~ Gamma(6, 6)`, `yᵢ ~ N(μ, σ²)` for four i, sampled in `(μ, η = log σ)`. The prior of σ is narrow
 * enough that one step size suits all the posteriors.
 *
 * Each of many chains has data of its own, which its energy closes over: as a batch they are one run.
 */

import { describe, expect, it } from "vitest";
import { makeEnergy } from "../../src/energies/energy.js";
import { addAll, div, exp, mul, square, sub } from "../../src/ops/arithmetic.js";
import { constant } from "../../src/ops/leaf.js";
import { reshape, slice, sum } from "../../src/ops/shape.js";
import { normal, uniform } from "../../src/random/draw.js";
import { fold, type Key, makeKey } from "../../src/random/key.js";
import { flowMc } from "../../src/samplers/composites/flow-mc.js";
import { neutra } from "../../src/samplers/composites/neutra.js";
import { newRunner, type RunnerSetup } from "../../src/samplers/driver/runner.js";
import { barker } from "../../src/samplers/kernels/barker.js";
import { ellipticalSlice } from "../../src/samplers/kernels/elliptical-slice.js";
import { hmc } from "../../src/samplers/kernels/hmc.js";
import { independent } from "../../src/samplers/kernels/independent.js";
import { mala } from "../../src/samplers/kernels/mala.js";
import { nuts } from "../../src/samplers/kernels/nuts.js";
import { randomWalk } from "../../src/samplers/kernels/random-walk.js";
import { parseOptions } from "../../src/util/options.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { chiSquareScore } from "../support/goodness.js";
import { listSamplers } from "../support/sampler-targets.js";
import { warpedFlow } from "../support/warped-flows.js";

const SIMULATIONS = 2000;
const ROWS = 4;
/** Shape and rate of the prior of σ, whose mean is 1. */
const SHAPE = 6;
/** Ranks 0 to 19: 100 simulations expected at each. */
const DRAWS = 19;

/** Parameters `(n, 2)` as they are sampled, from their prior: σ is a mean of exponentials. */
function prior(key: Key): FloatTensor {
  const mu = normal(fold(key, "mu"), [SIMULATIONS]).data;
  const u = uniform(fold(key, "sigma"), [SIMULATIONS, SHAPE], "float64").data;
  const theta = new Float32Array(2 * SIMULATIONS);
  for (let i = 0; i < SIMULATIONS; i++) {
    theta[2 * i] = mu[i]!;
    let sigma = 0;
    for (let k = 0; k < SHAPE; k++) sigma -= Math.log(u[i * SHAPE + k]!) / SHAPE;
    theta[2 * i + 1] = Math.log(sigma);
  }
  return tensor(theta, [SIMULATIONS, 2]);
}

/** Data `(n, rows)` given parameters. */
function dataOf(key: Key, theta: FloatTensor): FloatTensor {
  const noise = normal(key, [SIMULATIONS, ROWS]).data;
  return tensor(
    noise.map((z, i) => {
      const at = 2 * Math.floor(i / ROWS);
      return theta.data[at]! + Math.exp(theta.data[at + 1]!) * z;
    }),
    [SIMULATIONS, ROWS],
  );
}

/** What may be forgotten; the sound posterior forgets nothing. */
interface Faults {
  readonly noJacobian?: true;
  readonly noData?: true;
}

/** The posterior of each chain given its own row of data. */
const posterior = (y: FloatTensor, { noJacobian, noData }: Faults = {}) =>
  makeEnergy({
    event: [2],
    energy(x) {
      const [mu, eta] = [slice(x, 1, 0, 1), slice(x, 1, 1, 2)];
      const flat = reshape(eta, [SIMULATIONS]);
      const misfit = div(sub(constant(y), mu), exp(eta));
      return addAll([
        mul(0.5, square(reshape(mu, [SIMULATIONS]))),
        mul(SHAPE, exp(flat)),
        mul(-(SHAPE - 1), flat),
        // The density of η is that of σ times σ.
        ...(noJacobian ? [] : [mul(-1, flat)]),
        ...(noData ? [] : [mul(0.5, sum(square(misfit), 1)), mul(ROWS, flat)]),
      ]);
    },
  });

/** `log p(y | μ, σ)` up to a constant: what its rank says of the posterior, those of the parameters alone may not. */
function logLikelihood(y: ArrayLike<number>, [mu, eta]: readonly [number, number]): number {
  let s = 0;
  for (let i = 0; i < ROWS; i++) s -= ((y[i]! - mu) / Math.exp(eta)) ** 2 / 2 + eta;
  return s;
}

const quantities = {
  μ: (theta: readonly [number, number]) => theta[0],
  σ: (theta: readonly [number, number]) => theta[1],
  "log-likelihood": (theta: readonly [number, number], y: ArrayLike<number>) => logLikelihood(y, theta),
};

/** A simple law that covers every posterior: the prior, a little wider. */
const proposal = warpedFlow([0, -0.1], [1.15, 0.6]);

/** A run without the check that rows do not depend on their place: here each has data of its own, as an energy may not. */
async function chains(
  sampler: ReturnType<typeof listSamplers>[number],
  run: Pick<RunnerSetup, "target" | "start" | "counts" | "key">,
): Promise<FloatTensor> {
  const options = parseOptions(`sampler ${sampler.name}`, sampler.options, {});
  const rest = { metric: sampler.metric ?? "unit", scale: undefined, where: {}, resume: undefined } as const;
  const runner = await newRunner({ ...run, ...rest, sampler, options });
  while (!runner.finished()) await runner.advance();
  return runner.samples().x;
}

/** For each quantity, how far its ranks are from uniform, as a standard normal score. */
async function rankScores(
  sampler: ReturnType<typeof listSamplers>[number],
  thin: number,
  faults?: Faults,
): Promise<Record<string, number>> {
  const key = fold(makeKey(71), sampler.name);
  const truth = prior(fold(key, "truth"));
  const y = dataOf(fold(key, "data"), truth);
  const x = await chains(sampler, {
    target: { energy: posterior(y, faults), ...(sampler.needs?.includes("flow") ? proposal : {}) },
    start: prior(fold(key, "start")),
    counts: { warmup: 200, draws: DRAWS, thin, block: 25 },
    key,
  });
  const scores: Record<string, number> = {};
  for (const [name, of] of Object.entries(quantities)) {
    const counts = new Float64Array(DRAWS + 1);
    for (let i = 0; i < SIMULATIONS; i++) {
      const own = y.data.subarray(i * ROWS, (i + 1) * ROWS);
      const at = (data: ArrayLike<number>, j: number): number => of([data[2 * j]!, data[2 * j + 1]!], own);
      const drawn = at(truth.data, i);
      let rank = 0;
      for (let d = 0; d < DRAWS; d++) if (at(x.data, i * DRAWS + d) < drawn) rank++;
      counts[rank]!++;
    }
    scores[name] = chiSquareScore(counts, new Float64Array(DRAWS + 1).fill(1 / (DRAWS + 1)));
  }
  return scores;
}

/**
 * Steps between draws that leave them nearly independent, for kernels that look at one point a chain at a time: a row
 * of the energy has its data by its place.
 */
const cases = [
  [barker, 30],
  [ellipticalSlice, 6],
  [flowMc, 8],
  [hmc, 3],
  [independent, 30],
  [mala, 20],
  [neutra, 20],
  [nuts, 2],
  [randomWalk, 40],
] as const;

// 4.5 is exceeded with chance 3e-6: once in 1e4 runs of these twenty-seven, were the seeds not fixed.
describe.each(cases.map(([sampler, thin]) => [sampler.name, listSamplers({ sampler })[0]!, thin] as const))(
  "%s",
  (_, sampler, thin) => {
    it("ranks what was drawn from the prior uniformly among its draws", async () => {
      for (const [name, score] of Object.entries(await rankScores(sampler, thin)))
        expect(score, name).toBeLessThan(4.5);
    });
  },
);

describe("the controls", () => {
  const [sampler] = listSamplers({ hmc }) as [ReturnType<typeof listSamplers>[number]];

  it("finds a dropped Jacobian by the ranks of σ, not of μ", async () => {
    const scores = await rankScores(sampler, 3, { noJacobian: true });
    expect(scores.σ).toBeGreaterThan(10);
    expect(scores.μ).toBeLessThan(4.5);
  });

  it("finds that the data were ignored by the ranks of the log-likelihood alone", async () => {
    const scores = await rankScores(sampler, 3, { noData: true });
    expect(scores["log-likelihood"]).toBeGreaterThan(10);
    expect(Math.max(scores.μ!, scores.σ!)).toBeLessThan(4.5);
  });
});
