import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type DiscreteTarget, discreteTargets, lawOf } from "../../../test/support/discrete-targets.js";
import { gaussianProposal } from "../../../test/support/sampler-targets.js";
import { expectedMeanErrors } from "../../../test/support/statistics.js";
import { numbers } from "../../../test/support/tensors.js";
import { makeEnergy } from "../../energies/energy.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { isingEnergy } from "../../energies/ising.js";
import { mixtureEnergy } from "../../energies/mixture.js";
import { importance } from "../../metrics/log-z/importance.js";
import { add } from "../../ops/arithmetic.js";
import { constant } from "../../ops/leaf.js";
import { less, where } from "../../ops/logic.js";
import { sum } from "../../ops/shape.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { countCompilations } from "../../runtime/session-cache.js";
import { InputError, NumericError } from "../../util/errors.js";
import { mean, variance } from "../../util/moments.js";
import { cast, type FloatTensor, tensor } from "../../util/tensor.js";
import { flowMc } from "../composites/flow-mc.js";
import { gibbsWithGradients } from "../kernels/gibbs-with-gradients.js";
import { hmc } from "../kernels/hmc.js";
import { randomWalk } from "../kernels/random-walk.js";
import { ula } from "../kernels/ula.js";
import { sampler } from "../sampler.js";
import { type AnnealRun, anneal } from "./anneal.js";

const key = makeKey(73);

/** `−log N(x; 0.4, 0.5²)` in two coordinates, less 1.3: so log Z = 1.3. */
const LOG_Z = 1.3;
const density = gaussianEnergy([2], 0.4, 0.5);
const energy = makeEnergy({ event: [2], energy: (x) => add(density(x), -LOG_Z) });
const exactDraws = (n: number): FloatTensor =>
  tensor(
    normal(fold(key, "exact"), [n, 2], "float64").data.map((v) => 0.4 + 0.5 * v),
    [n, 2],
  );

/** Short and rough on purpose: what must be right is the mean over chains. */
const CHAINS = 20000;
const short = { energy, chains: CHAINS, temperatures: 5, scale: 1, key, tune: false, dtype: "float64" } as const;
const rough = { ...short, sampler: randomWalk, options: { stepSize: 0.5 } };

describe("anneal, from Gaussian to Gaussian", () => {
  it("is unbiased for Z forward, and for 1/Z in reverse, whatever the number of temperatures and steps", async () => {
    for (const [temperatures, steps] of [
      [2, 1],
      [5, 1],
      [[0, 0.4, 1], 3],
    ] as const) {
      const run = { ...rough, temperatures, steps };
      const forward = await anneal(run);
      expect(expectedMeanErrors("Z", forward.logWeights.map(Math.exp), Math.exp(LOG_Z))).toEqual([]);
      const reverse = await anneal({ ...run, reverse: true, start: exactDraws(CHAINS) });
      const inverse = reverse.logWeights.map((w) => Math.exp(-w));
      // With β = 0 next to β = 1 the mean of 1/w is that of a target over a wider base: heavy, and left out.
      if (temperatures !== 2) expect(expectedMeanErrors("1/Z", inverse, Math.exp(-LOG_Z))).toEqual([]);
    }
  });

  it("brackets log Z: forward low, reverse high, and closer with more temperatures", async () => {
    const gaps: number[] = [];
    for (const temperatures of [5, 40]) {
      const run = { ...rough, chains: 2000, temperatures };
      const forward = (await anneal(run)).logWeights;
      const reverse = (await anneal({ ...run, reverse: true, start: exactDraws(2000) })).logWeights;
      // Jensen: a mean of log-weights lies below log Z forward and above it in reverse, here by many standard errors.
      const error = (w: Float64Array): number => Math.sqrt(variance(w) / w.length);
      expect(mean(forward) + 5 * error(forward)).toBeLessThan(LOG_Z);
      expect(mean(reverse) - 5 * error(reverse)).toBeGreaterThan(LOG_Z);
      gaps.push(mean(reverse) - mean(forward));
      const low = importance(forward).logZ;
      const high = importance(reverse.map((w) => -w)).logZ;
      // Five standard errors: about once in 1e6, were they normal.
      expect(Math.abs(low.value - LOG_Z)).toBeLessThan(5 * low.standardError!);
      expect(Math.abs(-high.value - LOG_Z)).toBeLessThan(5 * high.standardError!);
    }
    expect(gaps[1]).toBeLessThan(0.5 * gaps[0]!);
  });

  it("gives every chain exactly log Z where base and target are one", async () => {
    const same = gaussianEnergy([3], 0, 2);
    const shifted = makeEnergy({ event: [3], energy: (x) => add(same(x), 7) });
    const { logWeights } = await anneal({ energy: shifted, chains: 50, temperatures: 6, key, dtype: "float64" });
    for (const w of logWeights) expect(w).toBeCloseTo(-7, 10);
    const { flow, flowParams } = gaussianProposal(2, 0.4, 0.5);
    const run = { energy, flow, flowParams, chains: 50, temperatures: 4, key, dtype: "float64" } as const;
    for (const w of (await anneal(run)).logWeights) expect(w).toBeCloseTo(LOG_Z, 6);
    // The same from N(0, 4): not.
    expect(variance((await anneal({ ...run, base: "normal" })).logWeights)).toBeGreaterThan(1e-2);
  });

  it("measures ∂U/∂β: closed form at both ends, and its integral is −log Z", async () => {
    const temperatures = 60;
    const run = { ...short, temperatures, chains: 4000, sampler: hmc, tune: true } as const;
    const { means, variances, temperatures: betas } = await anneal(run);
    expect([means.length, betas[0], betas.at(-1)]).toEqual([temperatures, 0, 1]);
    // V = E + log ρ. At β = 0, with x ~ N(0, 1): 2 [(1 + 0.16)/(2 · 0.25) − 1/2 + log 0.5] − 1.3 …
    const start = 2 * ((1 + 0.16) / 0.5 - 0.5 + Math.log(0.5)) - LOG_Z;
    // … and at β = 1 with x ~ N(0.4, 0.25): 2 [1/2 − (0.25 + 0.16)/2 + log 0.5] − 1.3.
    const end = 2 * (0.5 - 0.41 / 2 + Math.log(0.5)) - LOG_Z;
    const within = (k: number, truth: number): void =>
      // Five standard errors of independent chains: once in 1.7e6. A lag of the moves behind β is far below one.
      expect(Math.abs(means[k]! - truth)).toBeLessThan(5 * Math.sqrt(variances[k]! / 4000));
    within(0, start);
    within(temperatures - 1, end);
    let integral = 0;
    for (let k = 1; k < temperatures; k++) integral += 0.5 * (betas[k]! - betas[k - 1]!) * (means[k]! + means[k - 1]!);
    // Standard error below 0.02; the trapezoidal rule errs by 0.003.
    expect(Math.abs(integral + LOG_Z)).toBeLessThan(0.1);
  });

  it("moves, and finds a step size for each temperature before the weights count", async () => {
    const run = { ...short, chains: 500, temperatures: 40, scale: 3 };
    const tuned = await anneal({ ...run, tune: true });
    expect(Math.abs(tuned.acceptance! - 0.574)).toBeLessThan(0.08);
    const untuned = await anneal({ ...run, options: { stepSize: 1e-5 } });
    expect(untuned.acceptance).toBeGreaterThan(0.99);
    expect(variance(tuned.logWeights)).toBeLessThan(0.5 * variance(untuned.logWeights));
    // The chains end in the target: a standard error of 0.022.
    expect(Math.abs(mean(tuned.x.data) - 0.4)).toBeLessThan(0.15);
  });

  it("finds a kernel that does not leave the tempered laws invariant", async () => {
    const biased = sampler({
      name: "biased",
      about: "Langevin without correction, which claims to be exact.",
      exact: true,
      options: z.object({}),
      noise: (frame) => ula.noise(frame),
      kernel: (target) => ula(target, { stepSize: 0.3 }),
    });
    const { logWeights } = await anneal({ ...short, sampler: biased });
    expect(expectedMeanErrors("Z", logWeights.map(Math.exp), Math.exp(LOG_Z))).not.toEqual([]);
  });
});

describe("anneal", () => {
  it("gives log Z of a mixture with far modes, where chains never cross", async () => {
    const mixture = mixtureEnergy([2], {
      means: [
        [-1, -1],
        [1, 1],
      ],
      variances: [0.05, 0.05],
      weights: [2, 1],
    });
    const { logWeights, x } = await anneal({ energy: mixture, chains: 1000, temperatures: 60, key });
    const { value, standardError } = importance(logWeights).logZ;
    expect(Math.abs(value)).toBeLessThan(5 * standardError!);
    expect(standardError).toBeLessThan(0.1);
    expect(x.data.filter((v) => v < 0).length / 2000).toBeGreaterThan(0.3);
  });

  it.each(discreteTargets.map((t) => [t.name, t] as const))(
    "is unbiased for Z of %s",
    async (_, { energy, params }) => {
      const { logZ, draw } = await exactOf({ energy, params });
      const run = { energy, params: cast(params, "float64"), chains: 4000, temperatures: 6, key };
      const forward = await anneal(run);
      expect(
        expectedMeanErrors(
          "Z",
          forward.logWeights.map((w) => Math.exp(w - logZ)),
          1,
        ),
      ).toEqual([]);
      const reverse = await anneal({ ...run, reverse: true, start: draw(4000) });
      expect(
        expectedMeanErrors(
          "1/Z",
          reverse.logWeights.map((w) => Math.exp(logZ - w)),
          1,
        ),
      ).toEqual([]);
      expect(mean(forward.logWeights)).toBeLessThan(mean(reverse.logWeights));
      // Two values, as the support has.
      expect(new Set(forward.x.data).size).toBe(2);
    },
  );

  it("moves discrete points without blocks too", async () => {
    const options = { coupling: 0.3, field: 0.2, boundary: "free", learn: false } as const;
    const spins = isingEnergy([2, 3], options);
    const { blocks: _, ...blockless } = spins;
    const energy = Object.assign((x: Parameters<typeof spins>[0]) => spins(x), blockless);
    const run = { energy, chains: 4000, temperatures: 6, key, sampler: gibbsWithGradients } as const;
    const { logWeights, acceptance } = await anneal(run);
    const logZ = spins.exact!.logZ;
    expect(
      expectedMeanErrors(
        "Z",
        logWeights.map((w) => Math.exp(w - logZ)),
        1,
      ),
    ).toEqual([]);
    expect(acceptance).toBeGreaterThan(0);
  });

  it("gives a chain outside the energy's domain weight zero, and the others the rest", async () => {
    // An exponential law: log Z = 0, and half of the base lies outside.
    for (const outside of [Number.POSITIVE_INFINITY, Number.NaN]) {
      const energy = makeEnergy({ event: [1], energy: (x) => sum(where(less(x, 0), outside, x), 1) });
      const { logWeights } = await anneal({ energy, chains: 8000, temperatures: 8, sampler: randomWalk, key });
      expect(expectedMeanErrors("Z", logWeights.map(Math.exp), 1)).toEqual([]);
      const dead = logWeights.filter((w) => w === Number.NEGATIVE_INFINITY).length;
      // A half of 8000, to five standard deviations.
      expect(Math.abs(dead - 4000)).toBeLessThan(5 * Math.sqrt(2000));
    }
    const nowhere = makeEnergy({ event: [1], energy: (x) => sum(where(less(x, 1e9), Number.NaN, x), 1) });
    await expect(anneal({ energy: nowhere, chains: 5, temperatures: 3, key })).rejects.toThrow(NumericError);
  });

  it("compiles a few programs for a thousand temperatures, and repeats itself bit for bit", async () => {
    const run = { energy, chains: 4, temperatures: 1000, key, dtype: "float32" } as const;
    const before = countCompilations();
    const first = await anneal(run);
    expect(countCompilations() - before).toBeLessThanOrEqual(3);
    const compiled = countCompilations();
    expect(await anneal(run)).toEqual(first);
    expect(countCompilations()).toBe(compiled);
    const other = await anneal({ ...run, key: makeKey(74) });
    expect(other.logWeights).not.toEqual(first.logWeights);
    expect(first.x.shape).toEqual([4, 2]);
    expect([first.x.dtype, first.means.length, first.variances.length]).toEqual(["float32", 1000, 1000]);
  });

  const plain: AnnealRun = { energy, chains: 4, temperatures: 3, key };
  const start = tensor(new Float32Array(8), [4, 2]);
  it.each<[string, Partial<AnnealRun>]>([
    ["chains must be a whole number of at least 1, got 0", { chains: 0 }],
    ["steps must be a whole number of at least 1, got 1.5", { steps: 1.5 }],
    ["whole number of at least 2 or a list, got 1", { temperatures: 1 }],
    ["0.5 before 0.5", { temperatures: [0, 0.5, 0.5, 1] }],
    ["rise from 0 to 1", { temperatures: [0.1, 1] }],
    ["rise from 0 to 1", { temperatures: [0, 0.9] }],
    ["rise from 0 to 1", { temperatures: [] }],
    ["give start", { reverse: true }],
    ["leave start out", { start }],
    ["start has shape (4, 2), expected (3, 2)", { chains: 3, reverse: true, start }],
    ["base flow needs a flow", { base: "flow" }],
    ["scale must be a positive number, got 0", { scale: 0 }],
    ["sampler ula is not exact", { sampler: ula as never }],
    ["sampler flow-mc: needs a flow", { sampler: flowMc as never }],
    ["unknown option stepsize", { options: { stepsize: 1 } as never }],
  ])("refuses: %s", async (message, part) => {
    const refused = anneal({ ...plain, ...part });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  });
});

/** Of a small discrete model: `log Z = −E(s) − log p(s)` for any state s, and exact draws. */
async function exactOf(model: Omit<DiscreteTarget, "name">) {
  const law = await lawOf({ name: "", ...model });
  const { energy, params } = model;
  const { e } = await evaluate({ e: energy(constant(law.states), constant(cast(params, "float64"))) });
  const logZ = -numbers(e)[0]! - Math.log(law.probabilities[0]!);
  return { logZ, draw: (n: number) => law.draw(fold(key, "start"), n) };
}
