import { expect, it } from "vitest";
import { hostIteration } from "../../../test/support/host-iteration.js";
import { biasedModes, modeRows, precisionModel, scoreOf, unitRows } from "../../../test/support/known-models.js";
import { stepper } from "../../../test/support/noise-models.js";
import { gaussianProposal } from "../../../test/support/sampler-targets.js";
import { numbers } from "../../../test/support/tensors.js";
import { isingEnergy } from "../../energies/ising.js";
import { sgd } from "../../optim/sgd.js";
import { fold, makeKey } from "../../random/key.js";
import { compileTrainer } from "../../train/trainer.js";
import { tensor } from "../../util/tensor.js";
import { coopFlow } from "./coop-flow.js";

const key = makeKey(91);
const ROWS = 512;

/** Mean and mean square of `N(m, s²)` after `k` steps: each takes x to `(1 − εθ) x + √(2ε) ξ`. */
function walked(theta: number, [m, s]: readonly number[], k: number, eps: number): { mean: number; square: number } {
  let [mean, square] = [m!, m! ** 2 + s! ** 2];
  for (let i = 0; i < k; i++) [mean, square] = [(1 - eps * theta) * mean, (1 - eps * theta) ** 2 * square + 2 * eps];
  return { mean, square };
}

/** Derivatives of both losses in expectation, on rows of mean square 1. */
function exact(theta: number, flow: readonly number[], k: number, eps: number): number[] {
  const [m, s] = flow as [number, number];
  const { mean, square } = walked(theta, flow, k, eps);
  return [(1 - square) / 2, (m - mean) / s ** 2, 1 - (square - 2 * m * mean + m * m) / s ** 2];
}

async function gradients(theta: number, flow: readonly number[], k: number, eps: number): Promise<number[][]> {
  const run = await stepper(precisionModel, coopFlow(precisionModel, ROWS, { localSteps: k, stepSize: eps }), ROWS);
  const found: number[][] = [[], [], []];
  for (let i = 0; i < 100; i++) {
    const given = { theta: [theta], flow: [flow[0]!, Math.log(flow[1]!)], batch: unitRows(ROWS) };
    const { gradients: g } = await run({ ...given, key: fold(key, i) });
    for (const [j, v] of [...g["energy.energy"]!, ...g["flow.flow"]!].entries()) found[j]!.push(v);
  }
  return found;
}

// 4 standard errors: false alarms once in 16000 each, were the seeds not fixed.
it.each([1, 4])(
  "has the gradients of flow draws walked %i steps: contrast for the energy, likelihood for the flow",
  async (k) => {
    const [theta, flow, eps] = [0.6, [0.5, 0.5], 0.2] as const;
    const found = await gradients(theta, flow, k, eps);
    const [own, longer] = [exact(theta, flow, k, eps), exact(theta, flow, k + 1, eps)];
    for (const [j, g] of found.entries()) {
      expect(Math.abs(scoreOf(g, own[j]!).score), `${j}`).toBeLessThan(4);
      expect(Math.abs(scoreOf(g, longer[j]!).score), `${j}`).toBeGreaterThan(5);
    }
  },
);

it("rests where flow and walk match the data, off the maximum of the likelihood by the bias of Langevin steps", () => {
  // The flow is its own walk's law: s² = 1/(θ(1 − εθ/2)), which is the variance of the data, 1.
  const eps = 0.2;
  const theta = (1 - Math.sqrt(1 - 2 * eps)) / eps;
  expect(theta).toBeCloseTo(1.127, 3);
  for (const g of exact(theta, [0, 1], 10, eps)) expect(Math.abs(g)).toBeLessThan(1e-12);
  expect(Math.abs(exact(1, [0, 1], 10, eps)[0]!)).toBeGreaterThan(0.04);
});

it("is not calibrated: the gradient by the log-odds of two modes is the same whatever the odds of the model", async () => {
  const model = { event: [2], energy: biasedModes, flow: gaussianProposal(2, 0, 1).flow };
  const rows = modeRows(fold(key, "rows"), 64, 16);
  const host = await hostIteration(model, coopFlow(model, 64, { stepSize: 0.01 }), 64);
  const at = async (bias: number): Promise<number> => {
    const params = { energy: tensor(Float32Array.of(bias)), flow: tensor(new Float32Array(4)) };
    return numbers((await host.step({ params, carry: {}, batch: rows, key })).gradients["energy.energy"]!)[0]!;
  };
  // The share of the data at the second mode, 16 of 64, less that of the flow's points: a whole number of 64ths.
  const found = await at(0);
  expect(found * 64).toBeCloseTo(Math.round(found * 64), 4);
  expect(Math.abs(found)).toBeGreaterThan(0.05);
  for (const bias of [-3, 3]) expect(await at(bias)).toBe(found);
});

it("goes down the energy where its walk has no noise: k steps multiply x by (1 − εθ)ᵏ", async () => {
  const [theta, k, eps, at] = [0.6, 4, 0.2, 1.5];
  const objective = coopFlow(precisionModel, ROWS, { localSteps: k, stepSize: eps, noise: false });
  expect(Object.keys(objective.noise).filter((name) => name.startsWith("walk."))).toEqual([]);
  const run = await stepper(precisionModel, objective, ROWS);
  // Draws of a flow without width are all at its mean.
  const { gradients: g } = await run({ theta: [theta], flow: [at, -15], batch: unitRows(ROWS), key });
  const square = (at * (1 - eps * theta) ** k) ** 2;
  expect(g["energy.energy"]![0]!).toBeCloseTo((1 - square) / 2, 5);
  expect(Math.abs(square - walked(theta, [at, 0], k, eps).square)).toBeGreaterThan(0.5);
});

it("leaves the flow as it was for the first steps, in which the energy learns, and then trains it as ever", async () => {
  const own = sgd.make({ learningRate: 0.1 });
  const flows = async (frozenSteps: number): Promise<{ flow: number[][]; theta: number[] }> => {
    const iteration = coopFlow(precisionModel, ROWS, { localSteps: 2, frozenSteps });
    const optimizers = { energy: own, flow: own };
    const trainer = await compileTrainer({ model: precisionModel, iteration, optimizers, batch: ROWS, average: 0 });
    const start = { energy: Float32Array.of(0.6), flow: Float32Array.of(0.5, -0.7) };
    const found = { flow: [[...start.flow]], theta: [0.6] };
    let state = trainer.start(key, unitRows(ROWS), start);
    for (let t = 0; t < 5; t++) {
      state = (await trainer.step(state, unitRows(ROWS), fold(key, t))).state;
      found.flow.push(numbers(state["params.flow"]!));
      found.theta.push(numbers(state["params.energy"]!)[0]!);
    }
    return found;
  };
  const moves = ({ flow }: { flow: number[][] }): boolean[] =>
    flow.slice(1).map((at, t) => at.every((v, i) => v !== flow[t]![i]!));
  const frozen = await flows(3);
  expect(moves(frozen)).toEqual([false, false, false, true, true]);
  expect(moves(await flows(0))).toEqual([true, true, true, true, true]);
  expect(new Set(frozen.theta).size).toBe(6);
});

it("refuses an energy of discrete states", () => {
  const spins = isingEnergy([2, 2], { coupling: 0.3, field: 0, boundary: "free", learn: true });
  expect(() => coopFlow({ event: [2, 2], energy: spins, flow: gaussianProposal(1, 0, 1).flow }, 8)).toThrow(
    "objective coop-flow: needs real points",
  );
});
