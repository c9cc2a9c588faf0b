import { describe, expect, it } from "vitest";
import { discreteLaw } from "../../../test/support/discrete.js";
import { hostIteration } from "../../../test/support/host-iteration.js";
import {
  biasedModes,
  countSecond,
  gradientReplicates,
  modeRows,
  precisionModel,
  scoreOf,
  unitRows,
} from "../../../test/support/known-models.js";
import { numbers } from "../../../test/support/tensors.js";
import { makeEnergy } from "../../energies/energy.js";
import { rbmEnergy } from "../../energies/rbm.js";
import { rbmMoments } from "../../energies/rbm-exact.js";
import { constant } from "../../ops/leaf.js";
import { sgd } from "../../optim/sgd.js";
import { normal } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import type { Tensors } from "../../runtime/engine.js";
import { annealingPath, baseOf } from "../../samplers/parts/annealing.js";
import { targetOf } from "../../samplers/target.js";
import { trainLoop } from "../../train/loop.js";
import { compileTrainer } from "../../train/trainer.js";
import { cast, type FloatTensor, tensor } from "../../util/tensor.js";
import type { Iteration, Model } from "../objective.js";
import { persistentContrastiveDivergence as pcd } from "./persistent-contrastive-divergence.js";
import { temperedPcd } from "./tempered-pcd.js";

const key = makeKey(77);
const BETAS = [1, 0.6, 0.3, 0.1, 0];
const zeros = (shape: readonly number[]): FloatTensor =>
  tensor(new Float32Array(shape.reduce((n, k) => n * k, 1)), shape);

/** A carry of `chains` chains whose levels hold the given points, the first at β = 1. */
function carryOf(levels: readonly FloatTensor[], chains: number): Tensors {
  const [cold, ...hotter] = levels;
  const event = cold!.shape.slice(1);
  return {
    chains: cast(cold!, "float32"),
    replicas: tensor(Float32Array.from(hotter.flatMap((t) => Array.from(t.data))), [hotter.length, chains, ...event]),
    parity: zeros([chains]),
    hot: zeros([levels.length, chains]),
  };
}

describe("its gradient on a Gaussian of precision θ", () => {
  const [theta, SCALE, CHAINS] = [3, 1.5, 256];
  const exact = (1 - 1 / theta) / 2;
  const deviation = (beta: number): number => (beta * theta + (1 - beta) / SCALE ** 2) ** -0.5;
  const { flow: _, ...model } = precisionModel;
  const options = { chains: CHAINS, temperatures: BETAS, scale: SCALE, localSteps: 1, stepSize: 0.01 };
  const gradients = async (at: (beta: number) => number): Promise<number[]> => {
    const level = (k: Key, beta: number): FloatTensor =>
      tensor(
        normal(fold(k, String(beta)), [CHAINS, 1]).data.map((v) => at(beta) * v),
        [CHAINS, 1],
      );
    const found = await gradientReplicates({
      ...{ model, iteration: temperedPcd(model, 64, options), params: { energy: tensor(Float32Array.of(theta)) } },
      ...{ key, count: 64, iterations: 6, batch: () => unitRows(64) },
      carry: (k) =>
        carryOf(
          BETAS.map((beta) => level(k, beta)),
          CHAINS,
        ),
    });
    return found[0]!;
  };

  // 3 standard errors of 64 seeds: false alarms once in 260 runs, were the seeds not fixed.
  it("is on average that of the likelihood, (m − 1/θ)/2, when each replica is of its level", async () => {
    const { score, error } = scoreOf(await gradients(deviation), exact);
    expect(Math.abs(score), `${score} errors`).toBeLessThan(3);
    expect(error).toBeLessThan(0.003);
  });

  it("is another when the replicas are too near the middle, though those at β = 1 are of the model", async () => {
    const found = await gradients((beta) => (beta === 1 ? 1 : 0.3) * deviation(beta));
    expect(scoreOf(found, exact).score).toBeGreaterThan(10);
  });
});

describe("the weight of a mode, as the one parameter of the energy", () => {
  const model: Model = { event: [2], energy: biasedModes };
  const [ROWS, SECOND, STEPS, BURN] = [256, 64, 120, 50];
  const truth = Math.log((ROWS - SECOND) / SECOND);
  const rows = modeRows(fold(key, "rows"), ROWS, SECOND);

  /** The bias averaged over the end of training, one a seed. */
  async function biases(iteration: Iteration, seeds: number): Promise<number[]> {
    const own = sgd.make({ learningRate: 0.4 });
    const optimizers = { energy: own, flow: own };
    const trainer = await compileTrainer({ model, iteration, optimizers, batch: ROWS, average: 0 });
    const found: number[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      const from = fold(key, seed);
      const state = trainer.start(from, rows, { energy: Float32Array.of(0) });
      let sum = 0;
      const after = (step: number, __: unknown, at: typeof state): undefined => {
        if (step > BURN) sum += numbers(at["params.energy"]!)[0]! / (STEPS - BURN);
      };
      await trainLoop({ trainer, data: rows, batch: ROWS, steps: STEPS, key: from, state }, { after });
      found.push(sum);
    }
    return found;
  }

  const local = { local: "mala", localSteps: 2, stepSize: 0.02 } as const;

  // 3 standard errors of 8 seeds: false alarms once in 50 runs, were the seeds not fixed.
  it("arrives at the log-odds of the data", async () => {
    expect(countSecond(rows)).toBe(SECOND);
    const found = await biases(temperedPcd(model, ROWS, { ...local, chains: 128, levels: 6, trades: 2 }), 8);
    const { score, error } = scoreOf(found, truth);
    expect(error).toBeLessThan(0.08);
    expect(Math.abs(score), `${score} errors of ${error}`).toBeLessThan(3);
  });

  /** The gradient by the bias at 0, where the modes weigh the same, averaged after chains from the data have moved. */
  async function gradient(iteration: Iteration): Promise<number> {
    const host = await hostIteration(model, iteration, ROWS);
    let carry: Tensors = iteration.start(key, rows);
    let sum = 0;
    for (let t = 0; t < 80; t++) {
      const params = { energy: tensor(Float32Array.of(0)) };
      const step = await host.step({ params, carry, batch: rows, key: fold(key, t) });
      carry = step.carry;
      if (t >= 40) sum += numbers(step.gradients["energy.energy"]!)[0]! / 40;
    }
    return sum;
  }

  it("has no gradient by chains of one level, nor by a ladder that does not reach where the modes meet", async () => {
    // The share of the second mode in the data less that in the model, ¼ − ½. Chains that stay have that of the data,
    // ¼, up to how they were drawn from it, with a deviation of 0.03.
    const exact = SECOND / ROWS - 0.5;
    expect(
      Math.abs((await gradient(temperedPcd(model, ROWS, { ...local, chains: 256, levels: 6 }))) - exact),
    ).toBeLessThan(0.06);
    for (const still of [
      pcd(model, ROWS, { ...local, chains: 256, localSteps: 4 }),
      temperedPcd(model, ROWS, { ...local, chains: 256, temperatures: [1, 0.95, 0.9] }),
    ])
      expect(Math.abs(await gradient(still))).toBeLessThan(0.1);
  });
});

describe("machines of hidden units, by Gibbs sweeps", () => {
  it("have on average the gradient of the likelihood when each replica is of its tempered law", async () => {
    const [n, m, CHAINS] = [6, 3, 256];
    const energy = rbmEnergy([n], { hiddenUnits: m, weightScale: 1 });
    const model: Model = { event: [n], energy };
    const theta = normal(fold(key, "machine"), [n * m + n + m]).data.map((v) => 1.5 * v);
    const target = targetOf(model, { params: constant(tensor(Float64Array.from(theta))) }, 1);
    const path = annealingPath(target, baseOf(target, "normal", 1));
    const laws = await Promise.all(
      BETAS.map((beta) => discreteLaw((x) => path.energy(x, beta), energy.support, energy.event)),
    );
    const zero = zeros([CHAINS, n]);
    const exactly = (k: Key, level: number): FloatTensor => laws[level]!.draw(fold(k, level), CHAINS);
    const gradients = (drawn: typeof exactly) =>
      gradientReplicates({
        ...{ model, key, count: 60, iterations: 4, params: { energy: tensor(Float32Array.from(theta)) } },
        iteration: temperedPcd(model, CHAINS, { chains: CHAINS, temperatures: BETAS, localSteps: 1 }),
        carry: (k) =>
          carryOf(
            BETAS.map((_, level) => drawn(k, level)),
            CHAINS,
          ),
        batch: () => zero,
      });
    // Of images that are all zeros only the hidden biases have a moment.
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    const exact = Array.from(
      rbmMoments(theta, { visible: n, hidden: m }),
      (moment, i) => moment - (i >= n * m + n ? sigmoid(theta[i]!) : 0),
    );
    const farthest = (found: number[][]): number =>
      Math.max(...found.map((own, i) => Math.abs(scoreOf(own, exact[i]!).score)));
    // The largest of 27 scores of 60 seeds: beyond 4.5 about once in 1000 runs, were the seeds not fixed.
    expect(farthest(await gradients(exactly))).toBeLessThan(4.5);
    // Replicas that are all in the likeliest state spoil those at β = 1, which are of the model at first.
    const { probabilities, states } = laws[0]!;
    const best = probabilities.indexOf(Math.max(...probabilities));
    const likeliest = tensor(
      Float64Array.from({ length: CHAINS * n }, (_, i) => states.data[best * n + (i % n)]!),
      [CHAINS, n],
    );
    const first = (k: Key, level: number): FloatTensor => (level === 0 ? exactly(k, 0) : likeliest);
    expect(farthest(await gradients(first))).toBeGreaterThan(6);
  });

  it("have the shares of their modes from chains that all begin in one, where sweeps alone stay there", async () => {
    // Visible units all on with the hidden one, or all off without it: about half of the time each.
    const [n, m, CHAINS, ROWS] = [6, 1, 128, 64];
    const theta = Float32Array.from([...Array(n).fill(8), ...Array(n).fill(-4), -24.5]);
    const model: Model = { event: [n], energy: rbmEnergy([n], { hiddenUnits: m, weightScale: 1 }) };
    const ones = tensor(new Float32Array(ROWS * n).fill(1), [ROWS, n]);
    const on = rbmMoments(theta, { visible: n, hidden: m })[n]!;
    expect(on).toBeGreaterThan(0.3);
    expect(on).toBeLessThan(0.7);
    /** Minus the derivative by the first visible bias is the share of data less that of chains: 1 − E v₁. */
    const shares = async (iteration: Iteration): Promise<number[]> => {
      const host = await hostIteration(model, iteration, ROWS);
      const found: number[] = [];
      for (let seed = 0; seed < 12; seed++) {
        let carry: Tensors = iteration.start(fold(key, seed), ones);
        let sum = 0;
        for (let t = 0; t < 60; t++) {
          const given = { params: { energy: tensor(theta) }, carry, batch: ones, key: fold(fold(key, seed), t) };
          const step = await host.step(given);
          carry = step.carry;
          if (t >= 30) sum += (1 + numbers(step.gradients["energy.energy"]!)[n]!) / 30;
        }
        found.push(sum);
      }
      return found;
    };
    // 3 standard errors of 12 seeds: false alarms once in 80 runs, were the seeds not fixed.
    const tempered = scoreOf(await shares(temperedPcd(model, ROWS, { chains: CHAINS, localSteps: 1 })), on);
    expect(tempered.error).toBeLessThan(0.015);
    expect(Math.abs(tempered.score), `${tempered.score} errors`).toBeLessThan(3);
    for (const share of await shares(pcd(model, ROWS, { local: "gibbs", chains: CHAINS, localSteps: 2 })))
      expect(share).toBeGreaterThan(0.9);
  });
});

it("refuses a base that the model lacks, a ladder that is none, and discrete points without blocks", () => {
  const { flow: _, ...flowless } = precisionModel;
  expect(() => temperedPcd(flowless, 8, { base: "flow" })).toThrow("objective tempered-pcd: needs a flow");
  expect(() => temperedPcd(flowless, 8, { temperatures: [0.5, 0] })).toThrow(
    "objective tempered-pcd: option temperatures: inverse temperatures: they begin at 1, the target, and the first is 0.5",
  );
  const support = { kind: "binary", values: [0, 1] } as const;
  const { blocks: __, ...parts } = rbmEnergy([3], { hiddenUnits: 1, weightScale: 1 });
  const bare = makeEnergy({ event: [3], layout: parts.layout, support, energy: (x, p) => rbmOf(x, p) });
  expect(() => temperedPcd({ event: [3], energy: bare }, 8)).toThrow("needs conditional laws of blocks");
});

const rbmOf = rbmEnergy([3], { hiddenUnits: 1, weightScale: 1 });
