import { describe, expect, it } from "vitest";
import { gradientReplicates, precisionModel, scoreOf } from "../../../test/support/known-models.js";
import {
  carryOf,
  integral,
  logNormal,
  normalRows,
  quarticEnergy,
  quarticModel,
  sigmoid,
  softplus,
  stepper,
} from "../../../test/support/noise-models.js";
import { average, differences } from "../../../test/support/score-models.js";
import { numbers } from "../../../test/support/tensors.js";
import { logisticRoot } from "../../metrics/log-z/logistic-root.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { InputError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { nce } from "./nce.js";

const key = makeKey(71);
const ROWS = 64;
const batch = normalRows(fold(key, "batch"), ROWS);
const rows = Array.from(batch.data);
const [theta, flow] = [
  [0.7, 0.3],
  [0.2, 0.4],
];
const [mean, sd] = [0.1, 1.6];
const noiseCarry = { noiseMean: [mean], noiseDeviation: [sd] };

describe.each(["gaussian", "flow"] as const)("with %s noise", (noise) => {
  const [ratio, logZ, logZRate] = [2, 0.3, 0.25];
  const iteration = nce(quarticModel, ROWS, { noise, ratio, logZRate });
  const law = noise === "gaussian" ? { mean, sd } : { mean: flow[0]!, sd: Math.exp(Math.fround(flow[1]!)) };
  const z = Object.values(drawNoise(fold(key, "noise"), iteration.noise))[0]!.data;
  const points = Array.from(z, (v) => law.mean + law.sd * v);
  const logRatio = (x: number, at: readonly number[]) => -quarticEnergy(x, at) - logNormal(x, law.mean, law.sd);
  const logOdds = (x: number, at: readonly number[]) => logRatio(x, at) - logZ - Math.log(ratio);
  const reference = (at: readonly number[]): number =>
    average(rows.map((x) => softplus(-logOdds(x, at)))) + ratio * average(points.map((y) => softplus(logOdds(y, at))));
  const carry = (steps: number) => carryOf({ logZ, logZSteps: steps, ...(noise === "gaussian" ? noiseCarry : {}) });
  const step = async (steps = 100) =>
    (await stepper(quarticModel, iteration, ROWS))({
      theta,
      flow,
      carry: carry(steps),
      batch,
      key: fold(key, "noise"),
    });

  it("is the classification loss in double precision, and so is its gradient", async () => {
    const { losses, gradients, metrics } = await step();
    expect(Math.abs(losses.energy! / reference(theta) - 1)).toBeLessThan(1e-5);
    const expected = differences(reference, theta);
    const size = Math.hypot(...expected);
    for (const [i, g] of gradients["energy.energy"]!.entries())
      expect(Math.abs(g - expected[i]!) / size).toBeLessThan(1e-5);
    expect(metrics.logZ).toBeCloseTo(logZ, 6);
    const right = [...rows.map((x) => logOdds(x, theta) > 0), ...points.map((y) => logOdds(y, theta) < 0)];
    expect(metrics.accuracy).toBeCloseTo(average(right.map(Number)), 6);
  });

  it("passes no gradient of the classification to its noise, and none of the flow's fit to the energy", async () => {
    const { gradients } = await step();
    for (const g of gradients["energy.flow"]!) expect(Math.abs(g)).toBe(0);
    if (noise === "flow") {
      for (const g of gradients["flow.energy"]!) expect(Math.abs(g)).toBe(0);
      const likelihood = ([m, s]: readonly number[]) => -average(rows.map((x) => logNormal(x, m!, Math.exp(s!))));
      const expected = differences(likelihood, flow);
      for (const [i, g] of gradients["flow.flow"]!.entries()) expect(g).toBeCloseTo(expected[i]!, 4);
    } else expect(gradients).not.toHaveProperty("flow.flow");
  });

  it("moves log Z towards the root of its equation, the whole way to its linearisation in the first step", async () => {
    const side = (x: readonly number[], f: (u: number) => number) => average(x.map((v) => f(logOdds(v, theta))));
    const error = Math.log((ratio * side(points, sigmoid)) / side(rows, (u) => sigmoid(-u)));
    expect(numbers((await step(0)).carry.logZ!)[0]).toBeCloseTo(logZ + error, 5);
    expect(numbers((await step(1)).carry.logZ!)[0]).toBeCloseTo(logZ + error / 2, 5);
    expect(numbers((await step(100)).carry.logZ!)[0]).toBeCloseTo(logZ + logZRate * error, 5);
  });

  it("comes to rest at that root on a fixed minibatch, from far away", async () => {
    const whole = nce(quarticModel, ROWS, { noise, ratio, logZRate: 1 });
    const run = await stepper(quarticModel, whole, ROWS);
    let at = carryOf({ ...(noise === "gaussian" ? noiseCarry : {}), logZ: 60, logZSteps: 0 });
    for (let i = 0; i < 40; i++) at = (await run({ theta, flow, carry: at, batch, key: fold(key, "noise") })).carry;
    const ratios = (x: readonly number[]) => x.map((v) => logRatio(v, theta));
    const root = logisticRoot("nce", ratios(rows), ratios(points), -Math.log(ratio))!;
    expect(numbers(at.logZ!)[0]).toBeCloseTo(root.value, 4);
  });
});

describe("on a Gaussian energy", () => {
  // Data N(0, 1), noise N(0, 1.5²); the derivative of the loss by θ in closed form but for one integral.
  const spread = 1.5;
  const exactGradient = (at: number, c: number): number => {
    const u = (x: number) => (-at * x * x) / 2 - c - logNormal(x, 0, spread);
    return integral((x) => {
      const [p, q] = [Math.exp(logNormal(x, 0, 1)), Math.exp(logNormal(x, 0, spread))];
      return 0.5 * x * x * (p * sigmoid(-u(x)) - q * sigmoid(u(x)));
    });
  };
  const logZ = (at: number) => 0.5 * Math.log((2 * Math.PI) / at);

  // 4 standard errors: false alarms once in 16000, were the seeds not fixed.
  it.each([1, 0.7, 1.4])("has the gradient of its own loss in expectation, zero at the truth: θ = %f", async (at) => {
    const [gradients] = await gradientReplicates({
      model: precisionModel,
      iteration: nce(precisionModel, 256, {}),
      params: { energy: tensor(Float32Array.of(at)), flow: tensor(Float32Array.of(0, 0)) },
      key: fold(key, `expectation ${at}`),
      count: 400,
      iterations: 1,
      carry: () => carryOf({ noiseMean: [0], noiseDeviation: [spread], logZ: logZ(at), logZSteps: 1e3 }),
      batch: (k) => normalRows(k, 256),
    });
    const exact = exactGradient(at, logZ(at));
    const { score, error } = scoreOf(gradients!, exact);
    if (at === 1) expect(Math.abs(exact)).toBeLessThan(1e-9);
    else expect(Math.abs(exact) / error).toBeGreaterThan(10);
    expect(Math.abs(score)).toBeLessThan(4);
  });

  it("learns the exact log Z of the truth", async () => {
    const run = await stepper(precisionModel, nce(precisionModel, 256, {}), 256);
    let carry = carryOf({ noiseMean: [0], noiseDeviation: [spread], logZ: 0, logZSteps: 0 });
    let total = 0;
    for (let i = 0; i < 600; i++) {
      const at = fold(fold(key, "learn"), i);
      ({ carry } = await run({ theta: [1], carry, batch: normalRows(at, 256), key: at }));
      if (i >= 100) total += numbers(carry.logZ!)[0]! / 500;
    }
    // 500 minibatches of 256 leave about 0.003, and the bias of a minibatch is below 0.002.
    expect(Math.abs(total - logZ(1))).toBeLessThan(0.015);
  });
});

describe("its options", () => {
  const { flow: _, ...flowless } = precisionModel;

  it("train a flow, need one, or neither, by the noise", () => {
    expect(nce(flowless, 4, {}).groups).toEqual(["energy"]);
    expect(nce(precisionModel, 4, { noise: "flow" }).groups).toEqual(["energy", "flow"]);
    expect(nce(precisionModel, 4, { noise: "frozen-flow" }).groups).toEqual(["energy"]);
    for (const noise of ["flow", "frozen-flow"] as const)
      expect(() => nce(flowless, 4, { noise })).toThrow("objective nce: needs a flow, and the model has none");
  });

  it("fit the gaussian noise to the data, and refuse a coordinate that does not vary", () => {
    const iteration = nce(flowless, 4, { deviation: 2 });
    const fitted = iteration.start(key, tensor(Float64Array.of(1, 3, 5, 7), [4, 1]));
    expect(numbers(fitted.noiseMean!)[0]).toBeCloseTo(4, 6);
    expect(numbers(fitted.noiseDeviation!)[0]).toBeCloseTo(2 * Math.sqrt(5), 6);
    expect(() => iteration.start(key, tensor(Float64Array.of(1, 1), [2, 1]))).toThrow(InputError);
    expect(() => iteration.start(key, tensor(Float64Array.of(1, 1), [2, 1]))).toThrow("coordinate 0");
  });
});
