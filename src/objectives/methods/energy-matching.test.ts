import { describe, expect, it } from "vitest";
import {
  biasedModes,
  gradientReplicates,
  modeRows,
  precisionModel,
  scoreOf,
} from "../../../test/support/known-models.js";
import {
  carryOf,
  logSumExp,
  normalRows,
  quarticEnergy,
  quarticModel,
  stepper,
} from "../../../test/support/noise-models.js";
import { average, differences } from "../../../test/support/score-models.js";
import { numbers } from "../../../test/support/tensors.js";
import { sgd } from "../../optim/sgd.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { trainLoop } from "../../train/loop.js";
import { compileTrainer } from "../../train/trainer.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import type { Iteration } from "../objective.js";
import { energyMatching } from "./energy-matching.js";

type Options = NonNullable<Parameters<typeof energyMatching>[2]>;

const key = makeKey(85);
const resolve = (options: Options) => energyMatching.options.parse(options);

/** `n` rows of `N(0, sd²)`. */
const rowsOf = (from: Key, n: number, sd: number): FloatTensor =>
  tensor(
    normalRows(from, n).data.map((v) => sd * v),
    [n, 1],
  );

/** The pairs and chains of an iteration in one dimension by hand, with its own noise. */
function byHand(iteration: Iteration, batch: FloatTensor, from: Key, given: Options) {
  const o = resolve(given);
  const noise = drawNoise(from, iteration.noise);
  const [base, partner, time, xi] = ["base", "partner", "time", "xi"].map((name) => numbers(noise[name]!)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const n = base.length;
  const cost = Array.from(batch.data, (x) => base.map((b) => (x - b) ** 2));
  const kernel = cost.map((row) => row.map((c) => -c / (o.regularisation * average(cost.flat()))));
  const toColumns = (f: readonly number[]): number[] =>
    base.map((_, j) => -logSumExp(kernel.map((row, i) => row[j]! + f[i]!)));
  let f = base.map(() => 0);
  for (let k = 0; k < o.iterations; k++) {
    const g = toColumns(f);
    f = kernel.map((row) => -logSumExp(row.map((v, j) => v + g[j]!)));
  }
  const g = toColumns(f);
  const pairs = kernel.map((row, i) => {
    const logs = row.map((v, j) => v + g[j]!);
    let [j, passed] = [0, 0];
    for (; j < n - 1; j++) {
      passed += Math.exp(logs[j]! - logSumExp(logs));
      if (passed > partner[i]!) break;
    }
    const [x, t] = [batch.data[i]!, time[i]!];
    const u = x - base[j]!;
    return { u, at: base[j]! + t * u, w: Math.min(1, (1 - t) / (1 - o.rise)) };
  });
  const chains = (slope: (x: number) => number): number[] =>
    base.map((b, i) => {
      const ofData = i < n >> 1;
      let x = ofData ? batch.data[i]! : b;
      for (let k = 0; k < o.localSteps; k++) {
        const risen = ((k + 1) * o.stepSize - o.rise) / (1 - o.rise);
        const share = ofData ? 1 : Math.min(1, Math.max(0, risen));
        const h = o.temperature * o.stepSize;
        x += -h * slope(x) + Math.sqrt(2 * h * share) * xi[k * n + i]!;
      }
      return x;
    });
  return { pairs, chains };
}

describe("in double precision", () => {
  const [theta, n] = [[0.7, 0.3], 32];
  const given = {
    temperature: 0.4,
    warmUp: 5,
    localSteps: 7,
    stepSize: 0.2,
    rise: 0.6,
    contrastWeight: 3,
    flowWeight: 0.8,
  };
  const iteration = energyMatching(quarticModel, n, given);
  const batch = rowsOf(fold(key, "batch"), n, 1.5);
  const { pairs, chains } = byHand(iteration, batch, key, given);
  const slope = (x: number, [a, c]: readonly number[]): number => a! * x + c! * x ** 3;
  const flow = (at: readonly number[], weighed: boolean): number =>
    average(
      pairs.map((p) => (weighed ? given.flowWeight * p.w : 1) * (given.temperature * slope(p.at, at) + p.u) ** 2),
    );
  const contrast = (at: readonly number[], negatives: readonly number[]): number =>
    given.contrastWeight *
    given.temperature *
    (average(Array.from(batch.data, (x) => quarticEnergy(x, at))) -
      average(negatives.map((x) => quarticEnergy(x, at))));

  const step = async (steps: number) =>
    (await stepper(quarticModel, iteration, n))({ theta, carry: carryOf({ steps }), batch, key });
  const off = (found: readonly number[], expected: readonly number[]): number =>
    Math.hypot(...found.map((v, i) => v - expected[i]!)) / Math.hypot(...expected);

  it("matches velocities alone until the warm-up is over", async () => {
    for (const steps of [0, 4]) {
      const { losses, gradients, metrics, carry } = await step(steps);
      expect(off([losses.energy!], [flow(theta, false)])).toBeLessThan(1e-5);
      expect(
        off(
          gradients["energy.energy"]!,
          differences((at) => flow(at, false), theta),
        ),
      ).toBeLessThan(1e-5);
      expect(metrics.flowMatching).toBe(losses.energy);
      expect(metrics.contrastive).toBe(0);
      expect(numbers(carry.steps!)).toEqual([steps + 1]);
    }
  });

  it("adds the contrast with its chains after it, which carry no gradient", async () => {
    const negatives = chains((x) => slope(x, theta));
    const loss = (at: readonly number[]): number => flow(at, true) + contrast(at, negatives);
    const { losses, gradients, metrics } = await step(5);
    expect(metrics.contrastive).toBe(1);
    expect(off([losses.energy!], [loss(theta)])).toBeLessThan(1e-5);
    expect(off([metrics.flowMatching!], [flow(theta, true)])).toBeLessThan(1e-5);
    expect(off([metrics.energyModel!], [average(negatives.map((x) => quarticEnergy(x, theta)))])).toBeLessThan(1e-5);
    const gradient = gradients["energy.energy"]!;
    expect(off(gradient, differences(loss, theta))).toBeLessThan(1e-5);
    const through = (at: readonly number[]): number =>
      flow(at, true) +
      contrast(
        at,
        chains((x) => slope(x, at)),
      );
    expect(off(gradient, differences(through, theta))).toBeGreaterThan(0.02);
  });
});

describe("on a Gaussian", () => {
  const n = 128;
  const params = (theta: number) => ({ energy: tensor(Float32Array.of(theta)), flow: tensor(Float32Array.of(0, 0)) });

  const gradients = async (
    theta: number,
    sd: number,
    steps: number,
    options: Options,
    count = 40,
  ): Promise<number[]> => {
    const iteration = energyMatching(precisionModel, n, { localSteps: 1, ...options });
    const given = { params: params(theta), key: fold(key, `${sd}`), count, iterations: 1 };
    const run = { model: precisionModel, iteration, ...given, carry: () => carryOf({ steps }) };
    return (await gradientReplicates({ ...run, batch: (k) => rowsOf(k, n, sd) }))[0]!;
  };

  // Optimal transport of N(0, 1) to N(0, s²) is x₁ = s x₀, so x_t = m x₀, m = 1 − t + ts, and the velocity (s − 1) x₀.
  // What −ε θ x is nearest to it over all t has ε θ E[m²] = (1 − s) E[m].
  const best = (s: number, epsilon: number): number => ((1 - s) * (1 + s) * 3) / (2 * (1 + s + s * s) * epsilon);

  /** The θ at which flow matching is least: the loss is a square of θ, so its gradient is a line that two points tell. */
  async function rootOf(s: number, options: Options): Promise<number> {
    const [at0, at1] = [average(await gradients(0, s, 0, options)), average(await gradients(1, s, 0, options))];
    return at0 / (at0 - at1);
  }

  // Seven seeds spread by 2 % (3 % with pairs at random), and entropic pairs, correlated by 0.97, move the root by 1.5 %:
  // false alarms once in some thousand runs, were the seeds not fixed.
  it.each([0.4, 1.8])("has in the warm-up the linear flow of optimal transport, s = %f", async (s) => {
    const root = await rootOf(s, { temperature: 0.5 });
    expect(Math.abs(root / best(s, 0.5) - 1), `${root} for ${best(s, 0.5)}`).toBeLessThan(0.08);
    // Pairs at random are no transport: ∫ E x_t² has no product of x₀ and x₁.
    const loose = await rootOf(s, { temperature: 0.5, regularisation: 1e3, iterations: 2 });
    expect(Math.abs((loose / best(s, 0.5)) * ((1 + s * s) / (1 + s + s * s)) - 1), `${loose}`).toBeLessThan(0.12);
  });

  const chained = {
    flowWeight: 0,
    warmUp: 0,
    temperature: 0.5,
    stepSize: 0.1,
    rise: 0.6,
    localSteps: 12,
    iterations: 1,
    contrastWeight: 2,
  } as const;

  /** `λ ε (m − E x²)/2`, where a half of the chains starts at rows and a half at noise, of variance 1, cold up to τ*. */
  function exact(theta: number, sd: number, cold = true): number {
    const h = chained.temperature * chained.stepSize;
    let [rows, noise] = [sd ** 2, 1];
    for (let k = 0; k < chained.localSteps; k++) {
      const share = cold
        ? Math.min(1, Math.max(0, ((k + 1) * chained.stepSize - chained.rise) / (1 - chained.rise)))
        : 1;
      rows = (1 - h * theta) ** 2 * rows + 2 * h;
      noise = (1 - h * theta) ** 2 * noise + 2 * h * share;
    }
    return chained.contrastWeight * chained.temperature * 0.5 * (sd ** 2 - (rows + noise) / 2);
  }

  // 3 standard errors of 100 seeds: false alarms once in 370 each, were the seeds not fixed.
  it.each([
    [0.5, 1],
    [2, 0.7],
  ])("has the gradient of its chains in closed form: θ = %f, sd = %f", async (theta, sd) => {
    const found = await gradients(theta, sd, 0, chained, 100);
    const { score, error } = scoreOf(found, exact(theta, sd));
    expect(Math.abs(score), `${score} errors of ${error}`).toBeLessThan(3);
    expect(Math.abs(scoreOf(found, exact(theta, sd, false)).score)).toBeGreaterThan(7);
  });

  async function trained(sd: number, options: Options, steps: number): Promise<number> {
    const rows = 64;
    const iteration = energyMatching(precisionModel, rows, { regularisation: 0.02, ...options });
    const own = sgd.make({ learningRate: 0.2, schedule: "step" }, steps);
    const optimizers = { energy: own, flow: own };
    const trainer = await compileTrainer({ model: precisionModel, iteration, optimizers, batch: rows, average: 0.97 });
    const data = rowsOf(fold(key, "rows"), 4096, 1);
    const size = Math.sqrt(average(Array.from(data.data, (v) => v * v)));
    const scaled = tensor(
      data.data.map((v) => (sd * v) / size),
      [4096, 1],
    );
    const state = trainer.start(key, scaled, { energy: Float32Array.of(0.3) });
    const end = await trainLoop({ trainer, data: scaled, batch: rows, steps, key, state });
    return numbers(end.state["average.energy"]!)[0]!;
  }

  const options = { temperature: 0.5, warmUp: 50, stepSize: 0.05, localSteps: 40 } as const;
  const [s, epsilon, lambda, rise] = [0.6, options.temperature, 4, 0.8];

  it("ends at the precision of the data where likelihood alone decides", async () => {
    const alone = await trained(s, { ...options, flowWeight: 0 }, 400);
    // Langevin's variance is 1/(1 − ε dt θ/2) times too large, 4 %, which the precision makes up for where chains arrive.
    // Four seeds are between 0.99 and 1.03.
    expect(alone * s * s).toBeGreaterThan(0.97);
    expect(alone * s * s).toBeLessThan(1.1);
  });

  it("ends between flow and likelihood where both do", async () => {
    const gradient = (theta: number): number => {
      const over = (f: (m: number, w: number) => number): number =>
        average(
          Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000).map((t) =>
            f(1 - t + t * s, Math.min(1, (1 - t) / (1 - rise))),
          ),
        );
      const flow = over((m, w) => 2 * epsilon * w * m * (s - 1 + epsilon * theta * m));
      return flow + (lambda * epsilon * (s * s - 1 / theta)) / 2;
    };
    let [low, high] = [0.1, 1 / s ** 2];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (gradient(middle) < 0) low = middle;
      else high = middle;
    }
    expect(low).toBeGreaterThan(best(s, epsilon) + 0.5);
    expect(low).toBeLessThan(1 / s ** 2 - 0.5);
    const both = await trained(s, options, 400);
    // Four seeds are within 2.4 % of it.
    expect(Math.abs(both / low - 1), `${both} for ${low}`).toBeLessThan(0.08);
  });
});

it("does not ask what a mode weighs: the gradient by its log-odds is the same at all odds", async () => {
  const n = 64;
  const model = { event: [2], energy: biasedModes };
  const iteration = energyMatching(model, n, { warmUp: 0, localSteps: 50, stepSize: 0.05 });
  const run = await stepper(model, iteration, n);
  const at = async (bias: number) =>
    (await run({ theta: [bias], carry: carryOf({ steps: 0 }), batch: modeRows(fold(key, "modes"), n, 16), key }))
      .gradients["energy.energy"]!;
  const even = await at(0);
  // The half of the chains that starts at noise goes to the two modes alike, as the flow does, and never back.
  expect(Math.abs(even[0]!)).toBeGreaterThan(0.01);
  for (const bias of [-3, 3]) expect(await at(bias)).toEqual(even);
});

it("goes on in the phase where it was stopped", async () => {
  const n = 16;
  const iteration = energyMatching(quarticModel, n, { warmUp: 3, localSteps: 4, stepSize: 0.1 });
  const own = sgd.make({ learningRate: 0.01 });
  const spec = { model: quarticModel, iteration, optimizers: { energy: own, flow: own }, batch: n, average: 0 };
  const data = normalRows(fold(key, "resumed"), 64);
  const run = async (until: number, from?: { state: Awaited<ReturnType<typeof trainLoop>>["state"]; step: number }) => {
    const trainer = await compileTrainer(spec);
    const state = from?.state ?? trainer.start(key, data, { energy: Float32Array.of(0.5, 0.2) });
    const phases: number[] = [];
    const end = await trainLoop(
      { trainer, data, batch: n, steps: until, key, state, ...(from ? { from: from.step } : {}) },
      {
        after: (_, metrics) => {
          phases.push(metrics.contrastive!);
          return true;
        },
      },
    );
    return { ...end, phases };
  };
  const whole = await run(6);
  expect(whole.phases).toEqual([0, 0, 0, 1, 1, 1]);
  const second = await run(6, await run(2));
  expect(second.phases).toEqual([0, 1, 1, 1]);
  expect(numbers(second.state["params.energy"]!)).toEqual(numbers(whole.state["params.energy"]!));
});

it("needs a batch that can be paired and halved", () => {
  expect(() => energyMatching(quarticModel, 1)).toThrow("needs a batch of 2 rows or more, got 1");
});
