/**
 * What an interval of 95 % claims: over repetitions it holds the truth 95 times in 100. Mode weights by chains and log Z
 * by importance and by bridge sampling, of a two-mode mixture with weights 2:1 and a flow near it that is not it.
 *
 * Each coverage is over 400 seeded repetitions: of an exact interval its standard deviation is 1.1 %, so that 92 % to
 * 98 % is ±2.75 of them: false alarm 0.6 % each, were the seeds not fixed. Repetitions are groups of chains of one run:
 * chains that do not interact are independent whether they run together or not.
 */

import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { makeEnergy } from "../../src/energies/energy.js";
import { mixtureEnergy } from "../../src/energies/mixture.js";
import { makeFlow } from "../../src/flows/flow.js";
import { mixtureBase } from "../../src/flows/mixture-base.js";
import type { Chains } from "../../src/metrics/chains/chains.js";
import { chainModeWeights, sampleModeWeights } from "../../src/metrics/goodness/mode-weights.js";
import { bridge } from "../../src/metrics/log-z/bridge.js";
import { importance } from "../../src/metrics/log-z/importance.js";
import type { Estimate } from "../../src/metrics/metric.js";
import { add, sub } from "../../src/ops/arithmetic.js";
import { constant, input } from "../../src/ops/leaf.js";
import { fold, makeKey } from "../../src/random/key.js";
import { drawNoise } from "../../src/random/noise.js";
import { compile } from "../../src/runtime/program.js";
import { flowMc } from "../../src/samplers/composites/flow-mc.js";
import { sample } from "../../src/samplers/driver/sample.js";
import { independent } from "../../src/samplers/kernels/independent.js";
import type { Sampler } from "../../src/samplers/sampler.js";
import { mapValues, withPrefix } from "../../src/util/records.js";
import { cast, type FloatTensor, floats, tensor } from "../../src/util/tensor.js";
import { affineBijector } from "../support/sampler-targets.js";

const REPETITIONS = 400;
const WEIGHT = 2 / 3;
const LOG_Z = -1.7;
const SD = 0.3;
const mixture = mixtureEnergy([2], { means: [[-1, -1], [1, 1]], variances: [SD ** 2, SD ** 2], weights: [2, 1] }); // biome-ignore format: a table
const energy = makeEnergy({ event: [2], energy: (x) => add(mixture(x), -LOG_Z) });
/** The modes are 4.7 standard deviations from the line between them: 1e-6 of the mass is on the other side. */
const labelOf = (x: number, y: number): number => (x + y < 0 ? 0 : 1);

interface Proposal {
  readonly flow: ReturnType<typeof makeFlow>;
  readonly flowParams: FloatTensor;
}

/** A two-mode flow: logits, means and log-scales of its base, then a map that moves and stretches a little. */
function proposal(weights: readonly [number, number], sd: number, offset: number): Proposal {
  const base = [...weights.map(Math.log), -1 + offset, -1, 1, 1 - offset, ...Array<number>(4).fill(Math.log(sd))];
  return {
    flow: makeFlow(2, mixtureBase(2, 2), [affineBijector(2)]),
    flowParams: tensor(Float32Array.from([...base, 0.02, -0.02, 0.03, 0.03])),
  };
}

const near = proposal([0.5, 0.5], 1.15 * SD, 0.1 * SD);
/** Accepted about once in ten: chains stay long. */
const wide = proposal([0.4, 0.6], 3 * SD, 0);
const oneMode = proposal([1 - 1e-6, 1e-6], 1.15 * SD, 0);

interface Regime {
  readonly proposal: Proposal;
  readonly sampler: Sampler<z.ZodObject>;
  readonly options?: Readonly<Record<string, unknown>>;
  /** From starts drawn from the flow. */
  readonly warmup: number;
  readonly chains: number;
  readonly draws: number;
}

const walk = {
  sampler: flowMc as unknown as Sampler<z.ZodObject>,
  options: { localSteps: 2, stepSize: 0.02 },
  warmup: 15,
};
const jump = { sampler: independent as unknown as Sampler<z.ZodObject>, warmup: 60 };

const regimes: Readonly<Record<string, Regime>> = {
  "a few long chains": { ...walk, proposal: near, chains: 4, draws: 300 },
  "many short chains": { ...walk, proposal: near, chains: 40, draws: 10 },
  "a few short chains that stay long": { ...jump, proposal: wide, chains: 4, draws: 100 },
  "one chain that stays long": { ...jump, proposal: wide, chains: 1, draws: 400 },
  "many chains that stay for most of their length": { ...jump, proposal: wide, chains: 40, draws: 10 },
};

/** The chains of every repetition: `(repetitions · chains, draws, 2)`. */
async function drawn(name: string): Promise<FloatTensor> {
  const { proposal: flow, chains, ...regime } = regimes[name]!;
  const key = fold(makeKey(61), name);
  return (await sample({ energy, ...flow, ...regime, chains: REPETITIONS * chains, key })).x;
}

/** One group of chains of labels for each repetition. */
function labelled(x: FloatTensor, { chains, draws }: Regime): Chains[] {
  const size = chains * draws;
  return Array.from({ length: REPETITIONS }, (_, r) => ({
    shape: [chains, draws] as const,
    data: Int8Array.from({ length: size }, (__, i) => {
      const at = 2 * (r * size + i);
      return labelOf(x.data[at]!, x.data[at + 1]!);
    }),
  }));
}

/** How often the interval holds the truth. */
function coverage(estimates: readonly Estimate[], truth: number): number {
  const holds = ({ interval }: Estimate): boolean => interval !== null && interval[0] <= truth && truth <= interval[1];
  return estimates.filter(holds).length / estimates.length;
}

function expectCover(share: number): void {
  expect(share).toBeGreaterThanOrEqual(0.92);
  expect(share).toBeLessThanOrEqual(0.98);
}

describe("95 % intervals of a mode weight", () => {
  it.each(Object.entries(regimes))("hold the truth 92 to 98 times in 100: %s", async (name, regime) => {
    const groups = labelled(await drawn(name), regime);
    const estimates = groups.map((labels) => chainModeWeights(labels, { modes: 2 }).weights[0]!);
    expectCover(coverage(estimates, WEIGHT));
  });

  it("do not where draws of chains that stay long are taken as independent: the control", async () => {
    const name = "a few short chains that stay long";
    const groups = labelled(await drawn(name), regimes[name]!);
    const estimates = groups.map(({ data }) => sampleModeWeights(data, { modes: 2 }).weights[0]!);
    expect(coverage(estimates, WEIGHT)).toBeLessThan(0.7);
  });
});

/** `log p̃ − log q` at points `(n, 2)`. */
async function logRatios({ flow, flowParams }: Proposal, points: FloatTensor): Promise<Float64Array> {
  const x = input("x", points.shape, points.dtype);
  const params = constant(cast(flowParams, points.dtype as "float32"));
  const program = await compile({ x }, { ratio: sub(sub(0, energy(x)), flow.logProb(x, params)) });
  return Float64Array.from(floats((await program.run({ x: points })).ratio!));
}

/** `log p̃ − log q` at fresh draws of the flow, `(repetitions, n)`: one row a repetition. */
async function freshRatios(name: string, { flow, flowParams }: Proposal, n: number): Promise<Float64Array[]> {
  const noise = drawNoise(fold(makeKey(62), name), flow.noise(REPETITIONS * n));
  const symbols = mapValues(noise, (t, of) => input(of, t.shape, t.dtype));
  const { x, logProb } = flow.sample(symbols, constant(flowParams));
  const program = await compile(withPrefix("", symbols), { ratio: sub(sub(0, energy(x)), logProb) });
  const ratios = floats((await program.run(noise)).ratio!);
  return Array.from({ length: REPETITIONS }, (_, r) => Float64Array.from(ratios.subarray(r * n, (r + 1) * n)));
}

describe("95 % intervals of log Z", () => {
  it.each([
    ["near", near, 200],
    ["wide", wide, 1000],
  ] as const)("hold the truth 92 to 98 times in 100 by importance: a flow that is %s", async (name, flow, n) => {
    const rows = await freshRatios(name, flow, n);
    expectCover(
      coverage(
        rows.map((ratios) => importance(ratios).logZ),
        LOG_Z,
      ),
    );
  });

  it.each([
    ["a few long chains", 200],
    ["a few short chains that stay long", 100],
    ["many short chains", 400],
  ] as const)("hold the truth 92 to 98 times in 100 by bridge sampling: %s", async (name, n) => {
    const regime = regimes[name]!;
    const size = regime.chains * regime.draws;
    const x = await drawn(name);
    const ofChains = await logRatios(regime.proposal, tensor(floats(x), [REPETITIONS * size, 2]));
    const fresh = await freshRatios(`${name}, bridge`, regime.proposal, n);
    const estimates = fresh.map((proposal, r) => {
      const target = {
        shape: [regime.chains, regime.draws] as const,
        data: ofChains.subarray(r * size, (r + 1) * size),
      };
      return bridge({ proposal, target }).logZ;
    });
    expectCover(coverage(estimates, LOG_Z));
  });

  it("never hold it by importance when the flow has but one of the modes: the control", async () => {
    const rows = await freshRatios("one mode", oneMode, 200);
    const estimates = rows.map((ratios) => importance(ratios).logZ);
    expect(coverage(estimates, LOG_Z)).toBeLessThan(0.02);
    // They hold the normaliser of the mode they know.
    expectCover(coverage(estimates, LOG_Z + Math.log(WEIGHT)));
  });
});
