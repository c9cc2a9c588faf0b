import { describe, expect, it } from "vitest";
import { gaussianProposal } from "../../../test/support/sampler-targets.js";
import { numbers } from "../../../test/support/tensors.js";
import { mixtureEnergy } from "../../energies/mixture.js";
import { realnvp } from "../../flows/realnvp.js";
import { type Chains, chainsOf } from "../../metrics/chains/chains.js";
import { essMean } from "../../metrics/chains/effective-sample-size.js";
import { packVectors } from "../../nn/layout.js";
import { fold, makeKey } from "../../random/key.js";
import { mean } from "../../util/moments.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { sample } from "../driver/sample.js";
import { flowMc } from "./flow-mc.js";

// Two round modes 2√2 apart with standard deviation √0.05: 12.6 of them. The first holds 2/3.
const components = {
  means: [
    [-1, -1],
    [1, 1],
  ],
  variances: [0.05, 0.05],
  weights: [2, 1],
};
const energy = mixtureEnergy([2], components);

/** A coupling flow that starts as the identity, on a base with the given weights and scales at the true means. */
function flowWith(weights: readonly number[], scale: number): { flow: typeof flow; flowParams: FloatTensor } {
  const flow = realnvp({ base: "mixture", components: 2, layers: 2, hidden: [8] }, [2]);
  const params = flow.init(makeKey(0));
  const base = packVectors([weights.map(Math.log), components.means.flat(), new Float32Array(4).fill(Math.log(scale))]);
  params.set(base);
  return { flow, flowParams: tensor(params) };
}
const trueScale = Math.sqrt(0.05);

const CHAINS = 200;
const key = makeKey(10);

/** Half of the chains in each mode. */
function evenStart(): FloatTensor {
  const x = Float32Array.from({ length: 2 * CHAINS }, (_, i) => (i < CHAINS ? -1 : 1));
  return tensor(x, [CHAINS, 2]);
}

const run = (options: object, model = flowWith([2, 1], trueScale), draws = 100) =>
  sample({
    ...{ energy, ...model, sampler: flowMc, options },
    ...{ start: evenStart(), warmup: 60, draws, key: fold(key, "run") },
  });

/** 1 where a draw lies in the first mode: along the line through the modes the middle is 6.3 deviations from both. */
function inFirst(x: FloatTensor): Chains {
  const [first, second] = [chainsOf(x, 0), chainsOf(x, 1)];
  return { shape: first.shape, data: Array.from(first.data, (v, i) => (v + second.data[i]! < 0 ? 1 : 0)) };
}

/** How many standard errors the share of the first mode is from 2/3; false alarms at 4: once in 16000. */
function score({ x }: { readonly x: FloatTensor }): number {
  const share = inFirst(x);
  const p = mean(share.data);
  const size = essMean(share);
  expect(size).toBeGreaterThan(1000);
  return Math.abs(p - 2 / 3) / Math.sqrt((p * (1 - p)) / size);
}

describe("jumps", () => {
  it("bring the weights of separated modes to 2:1 from one half each", async () => {
    const samples = await run({});
    expect(score(samples)).toBeLessThan(4);
    // The proposal is the target: every jump is taken, while local moves are sometimes refused.
    expect(Math.min(...numbers(samples.info.globalAcceptance!))).toBeGreaterThan(0.999);
    const local = numbers(samples.info.localAcceptance!);
    expect(mean(local)).toBeGreaterThan(0.4);
    expect(mean(local)).toBeLessThan(0.8);
  });

  it("do so too when the flow has other weights and other scales, by refusing", async () => {
    const samples = await run({}, flowWith([1, 1], 0.3), 200);
    expect(score(samples)).toBeLessThan(4);
    expect(mean(samples.info.globalAcceptance!.data)).toBeLessThan(0.8);
  });

  it("do so too as a choice among several draws", async () => {
    const samples = await run({ jump: "isir", proposals: 8 }, flowWith([1, 1], 0.3), 200);
    expect(score(samples)).toBeLessThan(4);
    // At best one point of nine is the current one.
    const left = mean(samples.info.globalAcceptance!.data);
    expect(left).toBeGreaterThan(0.7);
    expect(left).toBeLessThan(8 / 9);
  });

  it("do so too in a row, between local moves", async () => {
    const options = { jumpSteps: 3, localSteps: 2, localStepsAfter: 2 };
    const samples = await run(options, flowWith([1, 1], 0.3), 200);
    expect(score(samples)).toBeLessThan(4);
    // Three chances a draw instead of one: more independent draws.
    const once = await run({ localSteps: 4 }, flowWith([1, 1], 0.3), 200);
    expect(essMean(inFirst(samples.x))).toBeGreaterThan(1.3 * essMean(inFirst(once.x)));
  });

  it("are what changes modes: without them every chain stays where it is after the warm-up", async () => {
    const { x, info } = await run({ jumps: false });
    const share = inFirst(x);
    const draws = share.shape[1]!;
    expect(share.data).toEqual(Array.from(share.data, (_, i) => share.data[i - (i % draws)]));
    expect(Object.keys(info)).toEqual(["localAcceptance"]);
    // They moved all the same.
    expect(mean(info.localAcceptance!.data)).toBeGreaterThan(0.4);
    expect(new Set(numbers(x).slice(0, 200)).size).toBeGreaterThan(100);
  });
});

it("reports the acceptance of local moves and of jumps apart", async () => {
  const start = tensor(new Float32Array(4), [2, 2]);
  const names = async (options: object): Promise<string[]> => {
    const quick = { sampler: flowMc, options: { localSteps: 2, ...options }, start, warmup: 0, draws: 1, key };
    return Object.keys((await sample({ energy, ...flowWith([2, 1], trueScale), ...quick })).info).sort();
  };
  for (const local of ["mala", "hmc", "random-walk"])
    expect(await names({ local })).toEqual(["globalAcceptance", "localAcceptance"]);
  // Langevin without correction accepts nothing, as it refuses nothing; slice sampling has no such number.
  for (const local of ["ula", "slice"]) expect(await names({ local })).toEqual(["globalAcceptance"]);
  expect(await names({ local: "nuts", jump: "isir" })).toEqual(["globalAcceptance", "gradients", "localAcceptance"]);
});

it("is exact as far as its local kernel is, and the draws say so", async () => {
  const start = tensor(new Float32Array(4), [2, 2]);
  for (const [local, exact] of [
    ["mala", true],
    ["random-walk", true],
    ["ula", false],
  ] as const) {
    const quick = { sampler: flowMc, options: { local, localSteps: 1 }, start, warmup: 0, draws: 1, key };
    expect((await sample({ energy, ...flowWith([2, 1], trueScale), ...quick })).exact, local).toBe(exact);
  }
});

it("makes exactly `localSteps` local moves before a jump, and as many after it as are asked for", async () => {
  // A local step of standard deviation s that is always taken spreads by k s² in k steps.
  const flat = mixtureEnergy([2], { means: [[0, 0]], variances: [1e6], weights: [1] });
  for (const [localSteps, localStepsAfter] of [
    [1, 0],
    [7, 0],
    [2, 5],
  ] as const) {
    const options = { local: "random-walk", localSteps, localStepsAfter, stepSize: 0.1, jumps: false } as const;
    const start = tensor(new Float32Array(2 * 4000), [4000, 2]);
    const run = { sampler: flowMc, options, start, warmup: 0, draws: 1, key };
    const { x } = await sample({ energy: flat, ...flowWith([1, 1], 1), ...run });
    const spread = mean(numbers(x).map((v) => v * v));
    // 8000 squares: a standard error of 1.6 %. False alarms at 5 of them: once in 1.7e6.
    expect(Math.abs(spread / ((localSteps + localStepsAfter) * 0.01) - 1)).toBeLessThan(0.08);
  }
});

it("reports averages over all moves of a round, also those after its first jump", async () => {
  // N(0, I) from far out by jumps of N(0, 4 I). The first is certain, and leaves x ~ N(0, 4 I). The next is accepted with
  // probability min(1, exp(−3 (E′ − E))) of two standard exponential E: ½ + ½ · ¼ in the mean.
  const normal = mixtureEnergy([2], { means: [[0, 0]], variances: [1], weights: [1] });
  const start = tensor(new Float32Array(2 * 4000).fill(1000), [4000, 2]);
  const options = { local: "random-walk", stepSize: 0.01, localSteps: 1, jumpSteps: 2, localStepsAfter: 3 } as const;
  const quick = { sampler: flowMc, options, start, warmup: 0, draws: 1, key };
  const { info } = await sample({ energy: normal, ...gaussianProposal(2, 0, 2), ...quick });
  // Standard error: half of 0.43/√4000. False alarms at 5 of them: once in 1.7e6.
  expect(Math.abs(mean(info.globalAcceptance!.data) - (1 + 0.625) / 2)).toBeLessThan(0.017);
  // Far out a local step goes up or down, as likely; where the jumps end it is as good as certain. To 0.03, for both are
  // not quite so.
  expect(Math.abs(mean(info.localAcceptance!.data) - (0.5 + 3) / 4)).toBeLessThan(0.03);
});

it("costs the gradients of the local steps before its jumps and after them", () => {
  const of = (options: object) => flowMc.gradients(flowMc.options.parse(options));
  expect(of({ local: "mala", localSteps: 2, localStepsAfter: 5 })).toBe(7);
  expect(of({ local: "hmc", localSteps: 2, localStepsAfter: 5 })).toBe(of({ local: "hmc", localSteps: 7 }));
  expect(of({ local: "random-walk", localSteps: 2, localStepsAfter: 5 })).toBe(0);
  expect(of({ local: "nuts", localSteps: 2, localStepsAfter: 5 })).toBeNull();
});

it("counts those of all local steps where their kernel counts them", async () => {
  const normal = mixtureEnergy([2], { means: [[0, 0]], variances: [1], weights: [1] });
  const counted = async (localSteps: number, localStepsAfter: number): Promise<number> => {
    const options = { local: "nuts", stepSize: 0.5, localSteps, localStepsAfter, jumps: false } as const;
    const start = tensor(new Float32Array(2 * 500).fill(1), [500, 2]);
    const quick = { sampler: flowMc, options, start, warmup: 0, draws: 1, key };
    return mean((await sample({ energy: normal, ...gaussianProposal(2, 0, 1), ...quick })).info.gradients!.data);
  };
  const [parted, whole] = [await counted(1, 3), await counted(4, 0)];
  // Without jumps between them four steps are four steps, but for chance.
  expect(Math.abs(parted / whole - 1)).toBeLessThan(0.1);
});
