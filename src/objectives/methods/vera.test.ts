import { describe, expect, it } from "vitest";
import { assemble } from "../../../test/support/assembled.js";
import type { Vectors } from "../../../test/support/host-iteration.js";
import { precisionModel, scoreOf, unitRows } from "../../../test/support/known-models.js";
import { normalRows, quarticEnergy, quarticModel, stepper } from "../../../test/support/noise-models.js";
import { correlated } from "../../../test/support/sampler-targets.js";
import { average, differences } from "../../../test/support/score-models.js";
import { numbers } from "../../../test/support/tensors.js";
import { resolveConfig } from "../../config/config.js";
import { isingEnergy } from "../../energies/ising.js";
import { mlp } from "../../nn/mlp.js";
import { mul } from "../../ops/arithmetic.js";
import { input } from "../../ops/leaf.js";
import { adam } from "../../optim/adam.js";
import { sgd } from "../../optim/sgd.js";
import type { Transform } from "../../optim/transform.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { compile } from "../../runtime/program.js";
import { trainLoop } from "../../train/loop.js";
import { compileTrainer } from "../../train/trainer.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import type { Iteration, Model } from "../objective.js";
import { vera } from "./vera.js";

type Options = NonNullable<Parameters<typeof vera>[2]>;

const key = makeKey(97);
const ROWS = 64;
const linear: Options = { hidden: [] };

/** The generator `w z + b + s ξ`. */
const generatorOf = ([w, b, s]: readonly number[]): Float32Array => Float32Array.of(w!, b!, Math.log(s!));

/** That generator, and the proposal as it begins. */
const ownOf = ({ ownGroups }: Iteration, generator: readonly number[]): Vectors => ({
  generator: tensor(generatorOf(generator)),
  proposal: tensor(ownGroups!.proposal!.init(key, unitRows(8))),
});

/** The energy stands still. */
const still: Transform = { init: () => ({}), update: (gradient) => ({ update: mul(0, gradient), state: {} }) };

const follower = (learningRate: number): Transform => adam.make({ learningRate, beta1: 0, beta2: 0.9 });

it.each([0, 0.7])("has the loss of double precision, and its derivative, with a penalty of %f", async (penalty) => {
  const [theta, generator] = [
    [0.7, 0.3],
    [0.6, 0.2, 0.4],
  ];
  const iteration = vera(quarticModel, ROWS, { ...linear, gradientPenalty: penalty });
  const batch = normalRows(fold(key, "batch"), ROWS);
  const drawn = drawNoise(key, iteration.noise);
  const [z, xi] = [drawn.z!, drawn.xi!].map(({ data }) => Array.from(data)) as [number[], number[]];
  const y = z.map((v, i) => generator[0]! * v + generator[1]! + generator[2]! * xi[i]!);
  const x = Array.from(batch.data);
  const force = (v: number, [a, c]: readonly number[]): number => a! * v + c! * v ** 3;
  const loss = (th: readonly number[]): number =>
    average(x.map((v) => quarticEnergy(v, th) + penalty * force(v, th) ** 2)) -
    average(y.map((v) => quarticEnergy(v, th)));
  const own = ownOf(iteration, generator);
  const { losses, gradients } = await (await stepper(quarticModel, iteration, ROWS))({ theta, batch, key, own });
  const scale = average(x.map((v) => quarticEnergy(v, theta)));
  expect(Math.abs(losses.energy! - loss(theta)) / scale).toBeLessThan(1e-5);
  const expected = differences(loss, theta);
  for (const [i, g] of gradients["energy.energy"]!.entries())
    expect(Math.abs(g - expected[i]!) / Math.hypot(...expected)).toBeLessThan(1e-5);
  for (const g of gradients["energy.flow"]!) expect(g).toBe(0);
});

describe("on a Gaussian energy of precision θ", () => {
  it("follows the generator's moments: the gradient of the likelihood where it is the law of the model", async () => {
    const theta = 0.5;
    const iteration = vera(precisionModel, 256, linear);
    const run = await stepper(precisionModel, iteration, 256);
    const gradients = async (generator: readonly number[]): Promise<number[]> => {
      const found: number[] = [];
      for (let i = 0; i < 100; i++) {
        const given = { theta: [theta], batch: unitRows(256), own: ownOf(iteration, generator), key: fold(key, i) };
        found.push((await run(given)).gradients["energy.energy"]![0]!);
      }
      return found;
    };
    const exact = (1 - 1 / theta) / 2;
    // 4 standard errors: false alarms once in 16 000 each, were the seeds not fixed.
    const right = await gradients([Math.sqrt(1 / theta - 0.2 ** 2), 0, 0.2]);
    expect(Math.abs(scoreOf(right, exact).score)).toBeLessThan(4);
    const other = await gradients([0.9, 0.3, 0.5]);
    expect(Math.abs(scoreOf(other, (1 - 0.9 ** 2 - 0.3 ** 2 - 0.5 ** 2) / 2).score)).toBeLessThan(4);
    expect(Math.abs(scoreOf(other, exact).score)).toBeGreaterThan(10);
  });

  /** The generator's variance at the end, averaged, and what it is made of, under an energy that stands still. */
  async function settled(theta: number, options: Options): Promise<{ variance: number; mean: number; s: number }> {
    const [STEPS, KEPT] = [700, 200];
    const { flow: _, ...model } = precisionModel;
    const iteration = vera(model, 128, { ...linear, ...options });
    const optimizers = { energy: still, generator: follower(5e-3), proposal: follower(1e-2) };
    const trainer = await compileTrainer({ model, iteration, optimizers, batch: 128, average: 0 });
    const first = { energy: Float32Array.of(theta), generator: generatorOf([1, 0.5, 0.3]) };
    let state = trainer.start(key, unitRows(128), first);
    const end = { variance: 0, mean: 0, s: 0 };
    for (let t = 0; t < STEPS; t++) {
      state = (await trainer.step(state, unitRows(128), fold(key, t))).state;
      const [w, b, logS] = numbers(state["params.generator"]!) as [number, number, number];
      if (t < STEPS - KEPT) continue;
      end.variance += (w ** 2 + Math.exp(2 * logS)) / KEPT;
      end.mean += b / KEPT;
      end.s += Math.exp(logS) / KEPT;
    }
    return end;
  }

  it("brings the generator to the law of exp(−E/λ)", async () => {
    for (const [theta, weight] of [
      [4, 1],
      [2, 0.4],
    ] as const) {
      const { variance, mean, s } = await settled(theta, { entropyWeight: weight });
      expect(Math.abs((variance * theta) / weight - 1)).toBeLessThan(0.02);
      expect(Math.abs(mean)).toBeLessThan(0.02);
      // What s and the network could both make, the bias of the estimate gives to s, and is gone.
      expect(s ** 2).toBeGreaterThan(0.9 * variance);
    }
  });

  it("lets it fall onto the lowest point without the entropy, with s at its bound", async () => {
    const { variance, s } = await settled(4, { entropyWeight: 0 });
    expect(s).toBeLessThan(0.03);
    expect(variance).toBeLessThan(0.02);
  });

  it("leaves s where it is when it is given", async () => {
    const { flow: _, ...model } = precisionModel;
    const iteration = vera(model, 8, { ...linear, learnNoise: false, noiseScale: 0.3 });
    expect(iteration.ownGroups!.generator!.layout.size).toBe(2);
    const optimizers = { energy: still, generator: follower(1e-3), proposal: follower(1e-2) };
    const trainer = await compileTrainer({ model, iteration, optimizers, batch: 8, average: 0 });
    const start = trainer.start(key, unitRows(8));
    let state = start;
    for (let i = 0; i < 3; i++) {
      const step = await trainer.step(state, unitRows(8), fold(key, i));
      expect(step.metrics.noiseScale).toBeCloseTo(0.3, 6);
      state = step.state;
    }
    expect(numbers(state["params.generator"]!)).not.toEqual(numbers(start["params.generator"]!));
  });
});

it("brings a network to a correlated Gaussian", async () => {
  const model: Model = { event: [2], energy: correlated.energy };
  const hidden = [16];
  const optimizers = { generator: follower(3e-3), proposal: follower(1e-2) };
  const iteration = vera(model, 128, { hidden });
  const trainer = await compileTrainer({ model, iteration, optimizers, batch: 128, average: 0 });
  const rows = normal(fold(key, "rows"), [128, 2]);
  let state = trainer.start(key, rows);
  const late: { bound: number[]; energy: number[] } = { bound: [], energy: [] };
  for (let t = 0; t < 1000; t++) {
    const step = await trainer.step(state, rows, fold(key, t));
    state = step.state;
    if (t < 700) continue;
    late.bound.push(step.metrics.entropyBound!);
    late.energy.push(step.metrics.energyModel!);
  }
  const network = mlp({ widths: [2, ...hidden, 2] });
  const [phi, z] = [input("phi", [network.layout.size]), input("z", [8192, 2])];
  const program = await compile({ phi, z }, { x: network.apply(phi, z) });
  const all = numbers(state["params.generator"]!);
  const given = {
    phi: tensor(Float32Array.from(all.slice(0, -1))) as FloatTensor,
    z: normal(fold(key, "z"), [8192, 2]),
  };
  const x = numbers((await program.run(given)).x!);
  const s2 = Math.exp(2 * all.at(-1)!);
  const moment = (i: number, j: number): number =>
    average(Array.from({ length: 8192 }, (_, r) => x[2 * r + i]! * x[2 * r + j]!)) + (i === j ? s2 : 0);
  // Variances 1, correlation 0.8.
  expect(Math.abs(moment(0, 0) - 1)).toBeLessThan(0.12);
  expect(Math.abs(moment(1, 1) - 1)).toBeLessThan(0.12);
  expect(Math.abs(moment(0, 1) - 0.8)).toBeLessThan(0.12);
  expect(Math.abs(average(late.energy) - 1)).toBeLessThan(0.1);
  // s is as wide as the narrowest direction, whose variance is 0.2; the network makes the other.
  expect(Math.abs(s2 - 0.2)).toBeLessThan(0.05);
  // The entropy is log 2πe + ½ log(1 − 0.8²) = 2.327.
  expect(average(late.bound)).toBeGreaterThan(2.3);
  expect(average(late.bound)).toBeLessThan(3.3);
});

it("ends its training at the precision of the data, and at λ times it with another weight", async () => {
  const { flow: _, ...model } = precisionModel;
  const [STEPS, BURN, BATCH] = [900, 500, 128];
  for (const weight of [1, 0.5]) {
    const iteration = vera(model, BATCH, { ...linear, entropyWeight: weight });
    const own = { generator: follower(3e-3), proposal: follower(1e-2) };
    const optimizers = { energy: sgd.make({ learningRate: 0.02 }), ...own };
    const trainer = await compileTrainer({ model, iteration, optimizers, batch: BATCH, average: 0 });
    const state = trainer.start(key, unitRows(BATCH), {
      energy: Float32Array.of(2 * weight),
      generator: generatorOf([0.6, 0.2, 0.3]),
    });
    let sum = 0;
    const after = (step: number, __: unknown, at: typeof state): undefined => {
      if (step > BURN) sum += numbers(at["params.energy"]!)[0]! / (STEPS - BURN);
    };
    await trainLoop({ trainer, data: unitRows(BATCH), batch: BATCH, steps: STEPS, key, state }, { after });
    expect(Math.abs(sum / weight - 1)).toBeLessThan(0.05);
  }
});

describe("in a run", () => {
  const data = { dataset: "two-modes", points: 300 };
  const small = { data, flow: null, energy: { name: "neural", hidden: [6] }, batch: 16, steps: 30, average: 0.9 };
  const objective = { name: "vera", hidden: [6] };

  it("has an averaged generator and a falling schedule, by the ordinary optimizer", async () => {
    const RATE = 2e-3;
    const generator = { learningRate: RATE, schedule: "cosine" };
    const { spec, config } = await assemble({ ...small, objective, optimizer: { generator } });
    expect(config.optimizer.generator).toMatchObject({ name: "adam", ...generator, beta1: 0, beta2: 0.9 });
    expect(config.optimizer.proposal).toMatchObject({ learningRate: 1e-2, schedule: "constant" });
    let before = numbers(spec.state["params.generator"]!);
    const mean = numbers(spec.state["average.generator"]!);
    const moves: number[] = [];
    const after = (step: number, metrics: Readonly<Record<string, number>>, at: typeof spec.state): undefined => {
      expect(metrics["gradientNorm.generator"]).toBeGreaterThan(0);
      const now = numbers(at["params.generator"]!);
      moves.push(Math.max(...now.map((v, i) => Math.abs(v - before[i]!))));
      before = now;
      const d = Math.min(0.9, step / (9 + step));
      for (const [i, v] of now.entries()) mean[i] = d * mean[i]! + (1 - d) * v;
      for (const [i, v] of numbers(at["average.generator"]!).entries()) expect(v).toBeCloseTo(mean[i]!, 6);
    };
    await trainLoop(spec, { after });
    // A step of Adam without momentum is at most η/√(1 − β₂), and η falls as a cosine.
    for (const [t, move] of moves.entries()) {
      const rate = (RATE * (1 + Math.cos((Math.PI * t) / 30))) / 2;
      expect(move).toBeLessThan((rate / Math.sqrt(0.1)) * 1.001 + 1e-7);
      expect(move).toBeGreaterThan(0.3 * rate);
    }
  });

  it("takes optimizers for its own groups, and no others", () => {
    const optimizerOf = (optimizer: object) => resolveConfig({ ...small, objective, optimizer }).optimizer;
    expect(Object.keys(optimizerOf({})).sort()).toEqual(["energy", "flow", "generator", "proposal"]);
    expect(optimizerOf({ generator: { name: "adam", learningRate: 0.5 } }).generator).toMatchObject({ beta1: 0 });
    expect(optimizerOf({ generator: { name: "sgd" } }).generator).toMatchObject({ schedule: "step", momentum: 0 });
    expect(() => optimizerOf({ generatr: {} })).toThrow('unknown option generatr, did you mean "generator"?');
    expect(() => optimizerOf({ generator: { beta3: 1 } })).toThrow("optimizer adam: unknown option beta3");
    expect(() => resolveConfig({ ...small, objective: { name: "cd" }, optimizer: { generator: {} } })).toThrow(
      "optimizer: unknown option generator",
    );
  });
});

it("refuses discrete points and options that are none", () => {
  const spins = isingEnergy([2, 2], { coupling: 0.3, field: 0, boundary: "free", learn: true });
  expect(() => vera({ event: [2, 2], energy: spins }, 8)).toThrow("objective vera: needs real points");
  expect(() => vera(precisionModel, 8, { noiseScale: 0.001 })).toThrow("objective vera: option noiseScale");
  expect(() => vera(precisionModel, 8, { samples: 0 })).toThrow("objective vera: option samples");
});
