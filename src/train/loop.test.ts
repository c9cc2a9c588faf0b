import { describe, expect, it } from "vitest";
import { assemble } from "../../test/support/assembled.js";
import { numbers } from "../../test/support/tensors.js";
import { fold, type Key, keyToText, makeKey } from "../random/key.js";
import { NumericError } from "../util/errors.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { type LoopSpec, TrainingDiverged, trainLoop } from "./loop.js";
import type { Trainer, TrainState } from "./trainer.js";

const key = makeKey(61);
// Row r is (r, r): a batch tells which rows it holds.
const data = tensor(
  Float64Array.from({ length: 46 }, (_, i) => Math.floor(i / 2)),
  [23, 2],
);

/** A trainer that counts, and keeps what it was given. */
function counting(metricsAt: (step: number) => Record<string, number> = () => ({})) {
  const seen: { rows: number[]; key: string; width: string }[] = [];
  const trainer: Trainer = {
    engine: "onnx",
    start: () => ({ count: tensor(Float32Array.of(0), []) }),
    async step(state, batch: FloatTensor, at: Key) {
      const rows = Array.from({ length: batch.shape[0]! }, (_, i) => batch.data[2 * i]!);
      seen.push({ rows, key: keyToText(at), width: batch.dtype });
      const count = numbers(state.count!)[0]! + 1;
      return { state: { count: tensor(Float32Array.of(count), []) }, metrics: metricsAt(count) };
    },
  };
  const spec: LoopSpec = { trainer, data, batch: 5, steps: 12, key, state: trainer.start(key, data) };
  return { spec, seen };
}

describe("the batches", () => {
  it("of an epoch hold no row twice and, but for the remainder, every row; in another order each epoch", async () => {
    const { spec, seen } = counting();
    await trainLoop(spec);
    const epochs = [0, 4, 8].map((from) => seen.slice(from, from + 4).flatMap((s) => s.rows));
    for (const rows of epochs) {
      expect(new Set(rows).size).toBe(20);
      expect(rows.every((r) => r >= 0 && r < 23)).toBe(true);
    }
    expect(new Set(epochs.map((rows) => rows.join())).size).toBe(3);
    expect(seen.every((s) => s.width === "float32")).toBe(true);
  });

  it("of an epoch hold every row once when they divide them", async () => {
    const { spec, seen } = counting();
    await trainLoop({ ...spec, batch: 1, steps: 23 });
    expect(seen.flatMap((s) => s.rows).sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, r) => r));
  });

  it("and the key of a step depend on its number alone, wherever the loop began", async () => {
    const [all, rest] = [counting(), counting()];
    await trainLoop(all.spec);
    await trainLoop({ ...rest.spec, from: 7 });
    expect(rest.seen).toEqual(all.seen.slice(7));
    expect(new Set(all.seen.map((s) => s.key)).size).toBe(12);
    expect(all.seen[3]!.key).toBe(keyToText(fold(fold(key, "noise"), 3)));
  });
});

describe("the hooks", () => {
  it("are called after every step, in order, with what it left; and the loop waits for them", async () => {
    const { spec, seen } = counting((step) => ({ energyGap: step / 2 }));
    const told: unknown[] = [];
    const after = async (step: number, metrics: object, state: TrainState): Promise<undefined> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      told.push([step, metrics, numbers(state.count!)[0], seen.length]);
    };
    const result = await trainLoop({ ...spec, steps: 3 }, { after });
    expect(told).toEqual([1, 2, 3].map((n) => [n, { energyGap: n / 2 }, n, n]));
    expect(result).toMatchObject({ step: 3, finished: true });
  });

  it("end the run by false, and by nothing else; the last step is finished either way", async () => {
    const { spec } = counting();
    const stopAt = (n: number) => trainLoop(spec, { after: (step) => (step === n ? false : undefined) });
    const early = await stopAt(5);
    expect(early).toMatchObject({ step: 5, finished: false });
    expect(numbers(early.state.count!)).toEqual([5]);
    expect(await stopAt(12)).toMatchObject({ step: 12, finished: true });
    expect(await trainLoop(spec, { after: () => true })).toMatchObject({ step: 12, finished: true });
  });

  it("do nothing when all steps are done", async () => {
    const { spec, seen } = counting();
    expect(await trainLoop({ ...spec, from: 12 })).toEqual({ state: spec.state, step: 12, finished: true });
    expect(seen).toEqual([]);
  });
});

it("lets timers run while it computes", async () => {
  const { spec } = counting();
  const busy: Trainer = {
    ...spec.trainer,
    step(...given) {
      for (const until = performance.now() + 20; performance.now() < until; );
      return spec.trainer.step(...given);
    },
  };
  let ran = false;
  setTimeout(() => {
    ran = true;
  }, 0);
  await trainLoop({ ...spec, trainer: busy });
  expect(ran).toBe(true);
});

/** What a loop throws. */
async function divergence(spec: LoopSpec, after?: (state: TrainState) => void): Promise<TrainingDiverged> {
  const hooks = after ? { after: (_: number, __: object, s: TrainState) => after(s) as undefined } : {};
  const error: unknown = await trainLoop(spec, hooks).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(TrainingDiverged);
  return error as TrainingDiverged;
}

describe("a run that diverges", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "by %d is ended with its step, its quantity and the state before",
    async (value) => {
      const { spec } = counting((step) => ({ fine: 1, energyData: step === 4 ? value : 0, energyGap: 2 }));
      const error = await divergence(spec);
      expect(error).toBeInstanceOf(NumericError);
      expect(error).toMatchObject({ name: "TrainingDiverged", step: 4, quantity: "energyData" });
      expect(error.message).toBe(`step 4: energyData is ${value}`);
      expect(numbers(error.state.count!)).toEqual([3]);
    },
  );

  it("by a gap of energies is ended beyond the largest, on either side", async () => {
    for (const sign of [1, -1]) {
      const { spec } = counting((step) => ({ energyGap: sign * 100 * step }));
      const error = await divergence({ ...spec, largestGap: 500 });
      expect(error).toMatchObject({ step: 6, quantity: "energyGap" });
      expect(error.message).toContain(`energyGap is ${sign * 600}.0, beyond ±500`);
      expect(await trainLoop(spec)).toMatchObject({ finished: true });
    }
  });

  const small = {
    data: { dataset: "two-modes", points: 300 },
    energy: { name: "tilted", hidden: [6] },
    flow: null,
    objective: { name: "pcd", chains: 16, localSteps: 2 },
    batch: 16,
    steps: 30,
  };

  it.each([
    ["sgd", 1e3],
    ["sgd", 1e38],
    ["adam", 1e4],
    ["adam", 1e38],
  ])(
    "by a learning rate of %s that is far too large, %d, carries the last state that was finite",
    async (name, learningRate) => {
      const { spec } = await assemble({
        ...small,
        optimizer: { energy: { name, learningRate, schedule: "constant" } },
      });
      let last = spec.state;
      const error = await divergence(spec, (state) => {
        last = state;
      });
      expect(error.message).toMatch(new RegExp(`^step ${error.step}: ${error.quantity}`));
      expect(error.state).toEqual(last);
      expect(numbers(error.state.step!)).toEqual([error.step - 1]);
      for (const [part, t] of Object.entries(error.state)) expect(numbers(t).every(Number.isFinite), part).toBe(true);
    },
  );
});
