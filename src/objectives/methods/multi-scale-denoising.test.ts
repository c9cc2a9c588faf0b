import { describe, expect, it } from "vitest";
import { countSecond, gradientReplicates, scoreOf } from "../../../test/support/known-models.js";
import { biasedLevels, curvedLevels, ladders, twoToOne, varianceLevels } from "../../../test/support/level-models.js";
import { average, differences, given, points } from "../../../test/support/score-models.js";
import { numbers } from "../../../test/support/tensors.js";
import { noiseConditioned } from "../../energies/noise-conditioned.js";
import { input } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { compile } from "../../runtime/program.js";
import { sample } from "../../samplers/driver/sample.js";
import { annealedLangevin } from "../../samplers/kernels/annealed-langevin.js";
import { tensor } from "../../util/tensor.js";
import type { Model } from "../objective.js";
import { evenPlaces, levelAt } from "../parts/noise-levels.js";
import { multiScaleDenoising } from "./multi-scale-denoising.js";

const key = makeKey(71);
const ROWS = 64;
const batch = tensor(normal(key, [ROWS, 2]).data, [ROWS, 2]);

it("is ½ |ε − σ ∇E(x + σε, σ)|² at a level a row, in double precision, and so is its gradient", async () => {
  const theta = [0.7, -0.6, 0.3];
  const iteration = multiScaleDenoising(curvedLevels.model, ROWS);
  const noise = drawNoise(fold(key, "noise"), iteration.noise);
  const e = noise.epsilon!.data;
  const levels = ladders(noise.level!, ROWS, 1, curvedLevels.range);
  const reference = (at: readonly number[]): number =>
    average(
      points(batch).map(([x, y], i) => {
        const [p, q, sigma] = [e[2 * i]!, e[2 * i + 1]!, levels[i]![0]!];
        const [g, h] = curvedLevels.gradient([x + sigma * p, y + sigma * q], sigma, at);
        return 0.5 * ((p - sigma * g) ** 2 + (q - sigma * h) ** 2);
      }),
    );
  const found = await given(curvedLevels.model, iteration, { theta, batch, noise });
  expect(Math.abs(found.loss / reference(theta) - 1)).toBeLessThan(1e-5);
  expect(found.metrics.denoising).toBe(found.loss);
  const expected = differences(reference, theta);
  const size = Math.hypot(...expected);
  for (const [i, g] of found.gradient.entries()) expect(Math.abs(g - expected[i]!) / size).toBeLessThan(1e-5);
});

describe("the levels", () => {
  async function levels(u: number): Promise<number[]> {
    const level = input("u", []);
    const program = await compile({ u: level }, { sigma: levelAt(evenPlaces(level, 8), [0.1, 10]) });
    return numbers((await program.run({ u: tensor(Float32Array.of(u), []) })).sigma!).map(Math.log10);
  }

  it.each([0, 0.3, 0.99])("are spread evenly over the logarithms and turn with one number, %f", async (u) => {
    const [own, start] = [await levels(u), await levels(0)];
    for (const [i, v] of [...own].sort((a, b) => a - b).entries())
      expect(v - i / 4).toBeCloseTo(-1 + (u % 0.125) * 2, 5);
    // Row by row: uniform where u is.
    for (const [i, v] of own.entries()) expect((v - start[i]! + 2) % 2).toBeCloseTo(2 * u, 5);
  });
});

describe("on a Gaussian", () => {
  const [scale, level] = [1.5, 0.3];
  const sigmas = ladders(tensor(Float32Array.of(level), []), ROWS, 1, [0.1, 3]).map(([sigma]) => sigma!);
  const all = (value: number) => tensor(new Float32Array(ROWS).fill(value), [ROWS, 1]);

  /** Averaged over every pair of signs: mean x² = scale², mean ε² = 1, mean xε = 0, exactly, as in expectation. */
  async function expected(v: number): Promise<{ loss: number; slopes: number[] }> {
    const iteration = multiScaleDenoising(varianceLevels, ROWS);
    const found: Awaited<ReturnType<typeof given>>[] = [];
    for (const sign of [1, -1]) {
      const noise = { epsilon: all(sign), level: tensor(Float32Array.of(level), []) };
      found.push(await given(varianceLevels, iteration, { theta: [v, 0.4, 1], batch: all(scale), noise }));
    }
    return {
      loss: average(found.map(({ loss }) => loss)),
      slopes: [0, 1, 2].map((i) => average(found.map(({ gradient }) => gradient[i]!))),
    };
  }

  it("has its minimum at the variance of the data, of which noise is no part", async () => {
    const truth = await expected(scale ** 2);
    expect(Math.abs(truth.slopes[0]!)).toBeLessThan(1e-6);
    // What is left is ½ E|ε − E[ε | x + σε]|².
    expect(truth.loss).toBeCloseTo(0.5 * average(sigmas.map((s) => scale ** 2 / (scale ** 2 + s ** 2))), 5);
    for (const v of [1, 4]) {
      const slope = average(sigmas.map((s) => (s ** 2 * (v - scale ** 2)) / (v + s ** 2) ** 3));
      expect((await expected(v)).slopes[0]! / slope).toBeCloseTo(1, 4);
    }
  });

  it("leaves the constant of each level where it is", async () => {
    expect((await expected(1)).slopes.slice(1)).toEqual([0, 0]);
  });
});

describe("the weights of two modes 2:1", () => {
  const truth = Math.log(2);
  const rows = 510;

  async function slopes(model: Model, theta: readonly number[]): Promise<number[][]> {
    const params = { energy: tensor(Float32Array.from(theta)) };
    const iteration = multiScaleDenoising(model, rows);
    return gradientReplicates({
      ...{ model, iteration, params, key, count: 40, iterations: 1 },
      carry: () => ({}),
      batch: (own) => twoToOne(own, rows),
    });
  }

  it("have no gradient at levels that do not join them, whatever they are", async () => {
    for (const wrong of [-3, truth, 3])
      for (const slope of (await slopes(biasedLevels([0.05, 0.1]), [wrong, 0]))[0]!)
        expect(Math.abs(slope)).toBeLessThan(1e-6);
  });

  it("have one at levels that do, which is zero at the truth and leads there", async () => {
    const at = async (large: number) => scoreOf((await slopes(biasedLevels([0.8, 3]), [0, large]))[1]!, 0).score;
    // 40 independent numbers beyond 5 standard errors: false alarms about once in 8e4.
    expect(Math.abs(await at(truth))).toBeLessThan(5);
    expect(await at(truth - 1)).toBeLessThan(-10);
    expect(await at(truth + 1)).toBeGreaterThan(10);
  });
});

it("gives annealed draws the weights of the levels that join the modes, whatever the smallest level says", async () => {
  // What training leaves: right at large levels, anything at small ones.
  const { energy } = biasedLevels([0.05, 3]);
  const params = tensor(Float32Array.of(-2, Math.log(2)));
  const chains = 1024;
  const start = tensor(new Float32Array(2 * chains), [chains, 2]);
  const run = { energy, params, start, sampler: annealedLangevin, warmup: 0, draws: 1, key };
  const { x } = await sample(run);
  const first = 1 - countSecond(tensor(x.data, [chains, 2])) / chains;
  // A share has a standard error of 0.015. At the smallest level the first mode holds 0.12 of the density.
  expect(Math.abs(first - 2 / 3)).toBeLessThan(0.06);
});

it("asks for an energy that knows levels", () => {
  const { smoothed: _, ...energy } = noiseConditioned({ hidden: [4] }, { event: [2] });
  expect(() => multiScaleDenoising({ event: [2], energy: energy as Model["energy"] }, ROWS)).toThrow(
    "objective multi-scale-denoising: needs an energy that knows noise levels, such as noise-conditioned",
  );
});
