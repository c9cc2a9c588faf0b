import { describe, expect, it } from "vitest";
import { exactnessErrors } from "../../../test/support/exactness.js";
import { normalCdf } from "../../../test/support/goodness.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { drawErrors, type Law } from "../../../test/support/statistics.js";
import { numbers } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { mixtureEnergy } from "../../energies/mixture.js";
import type { Expr } from "../../ir/expr.js";
import { type Chains, chainsOf } from "../../metrics/chains/chains.js";
import { essMean } from "../../metrics/chains/effective-sample-size.js";
import { mul, neg } from "../../ops/arithmetic.js";
import { constant } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise, stackNoise } from "../../random/noise.js";
import type { Tensors } from "../../runtime/engine.js";
import { evaluate } from "../../runtime/program.js";
import { InputError } from "../../util/errors.js";
import { mean } from "../../util/moments.js";
import { mapValues } from "../../util/records.js";
import { type FloatTensor, floats, tensor } from "../../util/tensor.js";
import { sample } from "../driver/sample.js";
import { mala } from "../kernels/mala.js";
import { randomWalk } from "../kernels/random-walk.js";
import { type AnnealingPath, annealingPath, normalBase } from "../parts/annealing.js";
import { adaptLadder, geometricLadder } from "../parts/ladder.js";
import type { Kernel, Sampler } from "../sampler.js";
import { type Target, targetOf } from "../target.js";
import { localMover, parallelTempering, temperingKernel } from "./parallel-tempering.js";

const key = makeKey(83);
const SCALE = 2;

/** From `N(0, 4)` to `N(0.5, 0.3²)`, whose tempered laws are Gaussian. */
const MU = 0.5;
const SIGMA = 0.3;
const narrow = gaussianEnergy([1], MU, SIGMA);
const momentsAt = (beta: number): { mean: number; sd: number } => {
  const precision = beta / SIGMA ** 2 + (1 - beta) / SCALE ** 2;
  return { mean: (beta * MU) / SIGMA ** 2 / precision, sd: precision ** -0.5 };
};
const lawAt = (beta: number): Law => {
  const { mean: m, sd } = momentsAt(beta);
  return { mean: m, variance: sd ** 2, cdf: (v) => normalCdf((v - m) / sd) };
};

const BETAS = [1, 0.4, 0.1, 0.02];
const CHAINS = 8192;
const local = { local: "random-walk", localSteps: 1, stepSize: 0.5 } as const;

/** The kernel of the sampler's own parts, on a path that may be changed for the trades or for the moves. */
const tempering =
  (trades: (path: AnnealingPath) => AnnealingPath, moves: (path: AnnealingPath) => AnnealingPath = (p) => p) =>
  (target: Target): Kernel => {
    const path = annealingPath(target, normalBase(target.event, SCALE));
    const { noise } = parallelTempering(target, { ...local, temperatures: BETAS, scale: SCALE });
    return { noise, ...temperingKernel(target, trades(path), BETAS, localMover(target, moves(path), local)) };
  };

/** Every level's law, after a few steps from exact draws of all levels. */
async function levelErrors(make: (target: Target) => Kernel, steps = 4): Promise<string[]> {
  const kernel = await hostKernel(make, targetOf({ energy: narrow }, {}, CHAINS), "float32");
  const levels = BETAS.map((beta, i) => {
    const { mean: m, sd } = momentsAt(beta);
    return normal(fold(key, i), [CHAINS, 1]).data.map((z) => m + sd * z);
  });
  const [x, ...others] = levels;
  const replicas = Float32Array.from(others.flatMap((level) => [...level]));
  const begun = await kernel.init(tensor(x!, [CHAINS, 1]));
  const state: Tensors = { ...begun, replicas: tensor(replicas, [BETAS.length - 1, CHAINS, 1]) };
  const after = (await kernel.walk(state, fold(key, "walk"), steps)).state;
  const found = [
    floats(after.x!),
    ...others.map((_, i) => floats(after.replicas!).subarray(i * CHAINS, (i + 1) * CHAINS)),
  ];
  return found.flatMap((level, i) => drawErrors(`β = ${BETAS[i]}`, level, lawAt(BETAS[i]!)));
}

describe("the joint law of all replicas", () => {
  it("is left as it is: exact draws stay exact at every level", async () => {
    expect(await levelErrors(tempering((path) => path))).toEqual([]);
  });

  const same = (path: AnnealingPath): AnnealingPath => path;
  const changed =
    (change: (u: Expr) => Expr) =>
    (path: AnnealingPath): AnnealingPath => ({
      ...path,
      difference: (x, from, to) => change(path.difference(x, from, to)),
    });
  it.each<[string, (target: Target) => Kernel]>([
    ["the sign of the trade's ratio is wrong", tempering(changed(neg))],
    ["trades compare the square root of the ratio", tempering(changed((u) => mul(0.5, u)))],
    ["trades are never refused", tempering(changed((u) => mul(0, u)))],
    [
      "the temperature enters the moves twice",
      tempering(same, (p) => ({ ...p, energy: (x, b) => p.energy(x, mul(b, b)) })),
    ],
    ["the moves forget the base", tempering(same, (p) => ({ ...p, energy: (x, b) => mul(b, p.energy(x, 1)) }))],
  ])("is not if %s", async (_, fault) => {
    expect(await levelErrors(fault)).not.toEqual([]);
  });

  it("trades with the probability that keeps it in balance", async () => {
    const [hot, chains] = [0.3, 400];
    const options = { temperatures: [1, hot], scale: SCALE, localSteps: 2, stepSize: 0.05 };
    const target = targetOf({ energy: narrow }, {}, chains);
    const kernel = await hostKernel((t) => parallelTempering(t, options), target, "float64");
    const begun = await kernel.init(normal(key, [chains, 1], "float64"));
    // Of this parity is no pair: the replicas stay where the reported probability was computed.
    const state = { ...begun, parity: tensor(new Float64Array(chains).fill(1)) };
    const { state: at, info } = await kernel.step(state, drawNoise(key, kernel.noise));
    const path = annealingPath(target, normalBase([1], SCALE));
    const [a, b] = [constant(at.x!), constant(tensor(floats(at.replicas!), [chains, 1]))];
    const u = mapValues(
      await evaluate({
        coldA: path.energy(a, 1),
        hotA: path.energy(a, hot),
        coldB: path.energy(b, 1),
        hotB: path.energy(b, hot),
      }),
      numbers,
    );
    numbers(info["swapAcceptance.0"]!).forEach((there, c) => {
      // π₁(a) π_β(b) min(1, r) = π₁(b) π_β(a) min(1, 1/r).
      const here = -u.coldA![c]! - u.hotB![c]!;
      const swapped = -u.coldB![c]! - u.hotA![c]!;
      expect(there).toBeCloseTo(Math.min(1, Math.exp(swapped - here)), 9);
      const back = Math.min(1, Math.exp(here - swapped));
      expect(Math.log(there) + here).toBeCloseTo(Math.log(back) + swapped, 7);
    });
    expect(numbers(info.swapAcceptance!)).toEqual(numbers(info["swapAcceptance.0"]!));
  });
});

describe("parallel tempering", () => {
  it("brings every level of a mixture to its law, from copies in one mode", async () => {
    // Two modes 10 standard deviations apart, 2 to 1.
    const parts = { means: [[-1], [1]], variances: [0.04, 0.04], weights: [2, 1] };
    const mixture = mixtureEnergy([1], parts);
    const betas = [1, 0.5, 0.2, 0.05, 0];
    const chains = 2000;
    const kernel = await hostKernel(
      (t) => parallelTempering(t, { temperatures: betas, scale: SCALE, localSteps: 3, stepSize: 0.03 }),
      targetOf({ energy: mixture }, {}, chains),
      "float32",
    );
    const begun = await kernel.init(tensor(new Float32Array(chains).fill(1), [chains, 1]));
    const { state } = await kernel.walk(begun, fold(key, "mixture"), 60);
    const logProb = (x: number, m: number, v: number): number =>
      (-0.5 * (x - m) ** 2) / v - 0.5 * Math.log(2 * Math.PI * v);
    betas.forEach((beta, i) => {
      const law = quadratureLaw((x) => {
        const p = (2 * Math.exp(logProb(x, -1, 0.04)) + Math.exp(logProb(x, 1, 0.04))) / 3;
        return p ** beta * Math.exp((1 - beta) * logProb(x, 0, SCALE ** 2));
      });
      const level = i === 0 ? floats(state.x!) : floats(state.replicas!).subarray((i - 1) * chains, i * chains);
      expect(drawErrors(`β = ${beta}`, level, law)).toEqual([]);
    });
  });

  // Two round modes 12.6 standard deviations apart. The first holds 2/3; half of the chains start in each.
  const separated = mixtureEnergy([2], {
    means: [
      [-1, -1],
      [1, 1],
    ],
    variances: [0.05, 0.05],
    weights: [2, 1],
  });
  const start = tensor(
    Float32Array.from({ length: 200 }, (_, i) => (i < 100 ? -1 : 1)),
    [100, 2],
  );
  const run = { energy: separated, start, warmup: 150, draws: 250, key };
  /** 1 where a draw lies in the first mode: along the line through both the middle is 6.3 deviations away. */
  const inFirst = (x: FloatTensor): Chains => {
    const [first, second] = [chainsOf(x, 0), chainsOf(x, 1)];
    return { shape: first.shape, data: Array.from(first.data, (v, i) => (v + second.data[i]! < 0 ? 1 : 0)) };
  };

  it("finds the weights of far modes, where local moves stay where they began", async () => {
    const { x, info } = await sample({ ...run, sampler: parallelTempering });
    const share = inFirst(x);
    const size = essMean(share);
    expect(size).toBeGreaterThan(500);
    const p = mean(share.data);
    // False alarms at 4 standard errors: once in 16000.
    expect(Math.abs(p - 2 / 3)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / size));
    expect(Math.abs(mean(numbers(info.localAcceptance!)) - 0.574)).toBeLessThan(0.05);
    // Replicas go from the hot end to the cold one and back; more than one in a hundred steps, and not at every one.
    const trips = mean(numbers(info.roundTrip!));
    expect(trips).toBeGreaterThan(0.01);
    expect(trips).toBeLessThan(0.5);
    const pairs = Object.keys(info).filter((name) => /^swapAcceptance\.\d$/.test(name));
    expect(pairs.length).toBe(7);
    const means = pairs.map((name) => mean(numbers(info[name]!)));
    expect(mean(means)).toBeCloseTo(mean(numbers(info.swapAcceptance!)), 5);

    const stuck = inFirst((await sample({ ...run, sampler: mala })).x);
    expect(mean(stuck.data)).toBe(0.5);
  });

  it("has a ladder that can be adapted to equal rejections", async () => {
    const spread = async (betas: readonly number[]) => {
      const { info } = await sample({ ...run, sampler: parallelTempering, options: { temperatures: [...betas] } });
      const rejections = betas.slice(1).map((_, i) => 1 - mean(numbers(info[`swapAcceptance.${i}`]!)));
      return { rejections, range: Math.max(...rejections) - Math.min(...rejections) };
    };
    const first = geometricLadder(6, 0.02);
    const before = await spread(first);
    const after = await spread(adaptLadder(first, before.rejections));
    expect(before.range).toBeGreaterThan(0.15);
    expect(after.range).toBeLessThan(0.4 * before.range);
  });

  it("keeps exact draws exact, from a flow as base", async () => {
    const options = { levels: 3, base: "flow", local: "random-walk", localSteps: 2 };
    expect(await exactnessErrors(parallelTempering as unknown as Sampler, options)).toEqual([]);
  });

  it("draws the level at β = 0 from the base, and none other", async () => {
    const target = targetOf({ energy: narrow }, {}, 8);
    const names = (options: object): string[] => Object.keys(parallelTempering(target, options).noise).sort();
    expect(names({ levels: 3 })).toContain("base.z");
    expect(names({ temperatures: [1, 0.5] })).not.toContain("base.z");
  });

  it("takes steps that are 1/√β as long at β, on which one step size is right for wells of every depth", async () => {
    // So wide that every move is taken: a step of standard deviation s spreads by 3 s²/β in three.
    const chains = 4000;
    const target = targetOf({ energy: gaussianEnergy([1], 0, 1e5) }, {}, chains);
    const path = annealingPath(target, normalBase([1], 1e5));
    const given = { local: "random-walk", localSteps: 3, stepSize: 0.1 } as const;
    const move = localMover(target, path, given)(BETAS);
    const steps = stackNoise(randomWalk.noise({ event: [1], chains: 4 * chains }), given.localSteps);
    const drawn = mapValues(drawNoise(key, steps), constant);
    const { x } = await evaluate({ x: move(constant(tensor(new Float32Array(4 * chains), [4 * chains, 1])), drawn).x });
    BETAS.forEach((beta, i) => {
      const level = floats(x).subarray(i * chains, (i + 1) * chains);
      // A standard error of 2.2 %; false alarms at 5 of them: once in 1.7e6.
      expect(Math.abs((mean(level.map((v) => v * v)) * beta) / 0.03 - 1)).toBeLessThan(0.11);
    });
  });

  it("counts its gradients, of all replicas that move", () => {
    const { gradients, options } = parallelTempering;
    expect(gradients(options.parse({ levels: 4, localSteps: 5 }))).toBe(3 * 6);
    expect(gradients(options.parse({ temperatures: [1, 0.5], localSteps: 5 }))).toBe(2 * 6);
    expect(gradients(options.parse({ levels: 2, local: "random-walk" }))).toBeLessThan(7);
  });

  it("refuses what is no ladder, and a flow that is not there", () => {
    const target = targetOf({ energy: narrow }, {}, 8);
    const build = (options: object) => () => parallelTempering(target, options);
    for (const [options, message] of [
      [{ temperatures: [0.9, 0.5] }, "they begin at 1"],
      [{ temperatures: [1] }, "at least two"],
      [{ temperatures: [1, 0.5, 0.7] }, "0.7 follows 0.5"],
      [{ temperatures: [1, -0.1] }, "-0.1 follows 1"],
      [{ temperatures: "linear" }, "temperatures"],
      [{ levels: 1 }, "levels"],
      [{ base: "flow" }, "base flow needs a flow"],
    ] as const) {
      expect(build(options)).toThrow(InputError);
      expect(build(options)).toThrow(message);
    }
  });
});

/** Mean, variance and distribution function of an unnormalised density on [−12, 12], by the midpoint rule. */
function quadratureLaw(density: (x: number) => number): Law {
  const [n, end] = [24000, 12];
  const step = (2 * end) / n;
  const at = (i: number): number => (i + 0.5) * step - end;
  const running = new Float64Array(n + 1);
  let [first, second] = [0, 0];
  for (let i = 0; i < n; i++) {
    const p = density(at(i)) * step;
    running[i + 1] = running[i]! + p;
    first += p * at(i);
    second += p * at(i) ** 2;
  }
  const total = running[n]!;
  const centre = first / total;
  return {
    mean: centre,
    variance: second / total - centre ** 2,
    cdf(x) {
      const place = Math.min(n - 1e-9, Math.max(0, (x + end) / step));
      const i = Math.floor(place);
      return (running[i]! + (place - i) * (running[i + 1]! - running[i]!)) / total;
    },
  };
}
