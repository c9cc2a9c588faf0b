import { describe, expect, it } from "vitest";
import { precisionModel, scoreOf, unitRows } from "../../../test/support/known-models.js";
import { logNormal, normalRows, quarticEnergy, quarticModel, stepper } from "../../../test/support/noise-models.js";
import { average, differences } from "../../../test/support/score-models.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { adversarial } from "./adversarial.js";

const key = makeKey(93);
const ROWS = 64;
const batch = normalRows(fold(key, "batch"), ROWS);

it.each([
  { entropyWeight: 1, gradientPenalty: 0 },
  { entropyWeight: 0.3, gradientPenalty: 0.7 },
])("has the losses of double precision, and their derivatives, $entropyWeight $gradientPenalty", async (options) => {
  const [theta, flow] = [
    [0.7, 0.3],
    [0.2, 0.4],
  ];
  const iteration = adversarial(quarticModel, ROWS, options);
  const z = Array.from(Object.values(drawNoise(key, iteration.noise))[0]!.data);
  const x = Array.from(batch.data);
  const drawn = ([m, s]: readonly number[]) => z.map((v) => m! + Math.exp(s!) * v);
  const force = (v: number, [a, c]: readonly number[]): number => a! * v + c! * v ** 3;
  const ofEnergy = (th: readonly number[]): number =>
    average(x.map((v) => quarticEnergy(v, th) + options.gradientPenalty * force(v, th) ** 2)) -
    average(drawn(flow).map((y) => quarticEnergy(y, th)));
  const ofFlow = (al: readonly number[]): number =>
    average(
      drawn(al).map((y) => quarticEnergy(y, theta) + options.entropyWeight * logNormal(y, al[0]!, Math.exp(al[1]!))),
    );
  const { losses, gradients } = await (await stepper(quarticModel, iteration, ROWS))({ theta, flow, batch, key });
  const scale = average(x.map((v) => quarticEnergy(v, theta)));
  expect(Math.abs(losses.energy! - ofEnergy(theta)) / scale).toBeLessThan(1e-5);
  expect(Math.abs(losses.flow! - ofFlow(flow)) / scale).toBeLessThan(1e-5);
  const expectGradient = (found: number[], expected: number[]): void => {
    for (const [i, g] of found.entries())
      expect(Math.abs(g - expected[i]!) / Math.hypot(...expected)).toBeLessThan(1e-5);
  };
  expectGradient(gradients["energy.energy"]!, differences(ofEnergy, theta));
  expectGradient(gradients["flow.flow"]!, differences(ofFlow, flow));
});

describe("on a Gaussian energy", () => {
  /** Derivatives by θ, μ, log s in expectation, on rows of mean square 1; E_q E = θ(μ² + s²)/2, H = log s + constant. */
  const exact = (theta: number, [m, s]: readonly number[], weight: number): number[] => [
    (1 - m! ** 2 - s! ** 2) / 2,
    theta * m!,
    theta * s! ** 2 - weight,
  ];

  const gradientsAt = async (
    theta: number,
    flow: readonly number[],
    entropyWeight: number,
    gradientPenalty = 0,
  ): Promise<number[][]> => {
    const options = { entropyWeight, gradientPenalty };
    const run = await stepper(precisionModel, adversarial(precisionModel, 256, options), 256);
    const found: number[][] = [[], [], []];
    for (let i = 0; i < 100; i++) {
      const given = { theta: [theta], flow: [flow[0]!, Math.log(flow[1]!)], batch: unitRows(256) };
      const { gradients } = await run({ ...given, key: fold(key, i) });
      for (const [j, g] of [...gradients["energy.energy"]!, ...gradients["flow.flow"]!].entries()) found[j]!.push(g);
    }
    return found;
  };

  // 4 standard errors: false alarms once in 16000 each, were the seeds not fixed.
  it.each([1, 0.5])("moves the flow down E − λH, the energy by its draws: λ = %f", async (weight) => {
    const [theta, flow] = [0.7, [0.4, 1.3]];
    const own = exact(theta, flow, weight);
    for (const [j, g] of (await gradientsAt(theta, flow, weight)).entries())
      expect(Math.abs(scoreOf(g, own[j]!).score), `${j}`).toBeLessThan(4);
  });

  it("has the gradient of the likelihood, (1 − 1/θ)/2, where the flow is the law of the model", async () => {
    const theta = 0.5;
    const [found] = await gradientsAt(theta, [0, Math.sqrt(1 / theta)], 1);
    expect(Math.abs(scoreOf(found!, (1 - 1 / theta) / 2).score)).toBeLessThan(4);
    const [off] = await gradientsAt(theta, [0, 1], 1);
    expect(Math.abs(scoreOf(off!, (1 - 1 / theta) / 2).score)).toBeGreaterThan(10);
  });

  it("rests at the data only for λ = 1: the energy comes out λ times that of the data", async () => {
    for (const weight of [1, 0.4]) {
      for (const [j, g] of (await gradientsAt(weight, [0, 1], weight)).entries())
        expect(Math.abs(scoreOf(g, 0).score), `${j}`).toBeLessThan(4);
    }
    const found = await gradientsAt(1, [0, 1], 0.4);
    expect(Math.abs(scoreOf(found[2]!, 0).score)).toBeGreaterThan(10);
  });

  it("is flattened by the penalty: it rests where θ(1 + 4γθ) = 1, with the flow the law of the model", async () => {
    const penalty = 0.1;
    const theta = (Math.sqrt(1 + 16 * penalty) - 1) / (8 * penalty);
    expect(theta).toBeCloseTo(0.766, 3);
    for (const [j, g] of (await gradientsAt(theta, [0, Math.sqrt(1 / theta)], 1, penalty)).entries())
      expect(Math.abs(scoreOf(g, 0).score), `${j}`).toBeLessThan(4);
    const [without] = await gradientsAt(theta, [0, Math.sqrt(1 / theta)], 1);
    expect(Math.abs(scoreOf(without!, 0).score)).toBeGreaterThan(10);
  });
});
