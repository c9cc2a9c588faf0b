/** A training under way, in memory: interrupted anywhere, set back, watched, and the same wherever it went on. */

import { describe, expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { prepareData } from "../config/prepare.js";
import { makeKey } from "../random/key.js";
import { floats, tensor } from "../util/tensor.js";
import type { SessionCheckpoint } from "./checkpoint.js";
import { TrainingDiverged } from "./loop.js";
import { runSession } from "./run-session.js";
import { newSession, type Resumed, type SessionEvent } from "./session.js";
import { type StartOptions, startSession } from "./start.js";
import type { Trainer, TrainState } from "./trainer.js";

const small = {
  data: { dataset: "two-modes", points: 300 },
  energy: { name: "tilted", hidden: [6] },
  flow: { name: "realnvp", layers: 2, hidden: [4] },
  objective: { name: "balanced", chains: 16, localSteps: 2 },
  ...{ steps: 24, batch: 16, evaluateEvery: 7, checkpointEvery: 5, logEvery: 2, draws: 100 },
};

/** A training whose first learning rates are far too high. */
const tooFast = (learningRate: number, onDivergence: string) => ({
  ...small,
  flow: null,
  objective: { name: "cd", localSteps: 2 },
  optimizer: { energy: { name: "sgd", learningRate, schedule: "constant" } },
  ...{ steps: 40, checkpointEvery: 10, onDivergence },
});

/** A flow of thousands of numbers on 32 rows, which it learns by heart. */
const over = {
  data: { dataset: "two-modes", points: 400, validation: 0.45, test: 0.47 },
  energy: { name: "neural", hidden: [32, 32] },
  ...{ flow: { name: "realnvp", layers: 4, hidden: [32] }, objective: { name: "flow-likelihood" } },
  ...{ steps: 300, batch: 32, average: 0, evaluateEvery: 60, draws: 500 },
  optimizer: { flow: { learningRate: 0.01, schedule: "constant" } },
};

async function start(given: object, options: StartOptions = {}) {
  const config = resolveConfig(given);
  const events: SessionEvent[] = [];
  const session = await startSession(config, prepareData(config, undefined), {
    tell: (event) => events.push(event),
    ...options,
  });
  return { session, events };
}

/** Through text and back, as whoever keeps a checkpoint does; tensors are kept as they are. */
const kept = ({ step, tensors, meta }: SessionCheckpoint): SessionCheckpoint => ({
  ...{ step, tensors, meta: JSON.parse(JSON.stringify(meta)) },
});

const told = (events: readonly SessionEvent[]): string[] =>
  events.map((event) => {
    if (event.type === "stage") return `${event.stage} from ${event.from} to ${event.steps}`;
    if (event.type === "checkpoint") return `checkpoint ${event.checkpoint.step}`;
    return event.type === "step" || event.type === "judged" ? `${event.type} ${event.step}` : event.type;
  });

describe("a session", () => {
  it("tells what happens in order: a checkpoint before the first step and after the last, judgements before checkpoints", async () => {
    const { session, events } = await start({ ...small, steps: 8, evaluateEvery: 4, checkpointEvery: 4 });
    await runSession(session);
    const steps = (...numbers: number[]): string[] => numbers.map((n) => `step ${n}`);
    expect(told(events).filter((text) => text !== "finding")).toEqual([
      ...["memory", "engine", "training from 0 to 8", "checkpoint 0", ...steps(1, 2, 3, 4), "judged 4", "checkpoint 4"],
      ...[...steps(5, 6, 7, 8), "judged 8", "checkpoint 8"],
    ]);
    expect(session.at()).toEqual({ stage: "finished", step: 8, steps: 8 });
    const before = session.state();
    expect(await session.step()).toBeNull();
    expect(session.state()).toBe(before);
  });

  it("fits the flow first where it is told to, and can be interrupted there", async () => {
    const given = { ...small, energy: { ...small.energy, base: "flow" }, pretrain: 6, steps: 4 };
    const whole = await start(given);
    await runSession(whole.session);
    expect(told(whole.events).slice(0, 3)).toEqual(["memory", "engine", "pretraining from 0 to 6"]);
    expect(told(whole.events)).toContain("training from 0 to 4");
    const begun = whole.events.find((event) => event.type === "checkpoint")!.checkpoint.tensors;
    const flow = floats(begun["params.flow"]!);
    // The base of the energy is the flow that was fitted.
    expect(floats(begun["params.energy"]!).slice(0, flow.length)).toEqual(flow);
    const first = await start(given);
    for (let i = 0; i < 3; i++) await first.session.step();
    expect(first.session.at()).toEqual({ stage: "pretraining", step: 3, steps: 6 });
    const { session } = await start(given, { resume: { checkpoints: [kept(first.session.checkpoint())] } });
    expect(session.at()).toEqual({ stage: "pretraining", step: 3, steps: 6 });
    expect((await runSession(session)).state()).toEqual(whole.session.state());
  });

  it.each([1, 5, 13, 23])(
    "interrupted after step %i and resumed arrives at the same state, best and findings",
    async (stop) => {
      const whole = (await start(small)).session;
      await runSession(whole);
      const first = (await start(small)).session;
      await runSession(first, (step) => step < stop);
      const best = first.best();
      const resume = { checkpoints: [kept(first.checkpoint())], ...(best.step < stop ? { best: best.state } : {}) };
      const { session } = await start(small, { resume });
      expect(session.at()).toEqual({ stage: "training", step: stop, steps: 24 });
      await runSession(session);
      expect(session.state()).toEqual(whole.state());
      expect(session.findings()).toEqual(whole.findings());
      expect(session.checkpoint().meta).toEqual(whole.checkpoint().meta);
      expect(session.best()).toEqual(whole.best());
    },
  );

  describe("with patience", () => {
    const hasty = { ...over, steps: 200, evaluateEvery: 20, checkpointEvery: 20, patience: 4 };

    it("ends when validation rows have not been better for so many looks, with a checkpoint, and says so", async () => {
      const { session, events } = await start(hasty);
      await runSession(session);
      const { step, stage, steps } = session.at();
      expect([stage, steps]).toEqual(["finished", 200]);
      expect(step).toBeLessThan(200);
      const looks = events.filter((event) => event.type === "judged");
      const best = looks.findLast((look) => look.best)!.step;
      expect(looks.map((look) => look.step).filter((look) => look > best)).toHaveLength(4);
      expect(events.filter(({ type }) => type === "ended")).toEqual([{ type: "ended", step, best }]);
      expect(told(events).at(-1)).toBe(`checkpoint ${step}`);
      expect(session.best().step).toBe(best);
      expect(await session.step()).toBeNull();
      // The steps that it took are those of a training that goes on.
      const whole = (await start({ ...hasty, patience: null })).session;
      await runSession(whole, (done) => done < step);
      expect(whole.state()).toEqual(session.state());
    });

    it("interrupted and resumed ends at the same step, and is finished once it has ended", async () => {
      const whole = (await start(hasty)).session;
      await runSession(whole);
      const first = (await start(hasty)).session;
      await runSession(first, (step) => step < 30);
      const { session } = await start(hasty, { resume: { checkpoints: [kept(first.checkpoint())] } });
      await runSession(session);
      expect(session.at()).toEqual(whole.at());
      expect(session.checkpoint().meta).toEqual(whole.checkpoint().meta);
      const again = await start(hasty, { resume: { checkpoints: [kept(whole.checkpoint())] } });
      expect(again.session.at()).toEqual({ ...whole.at(), stage: "finished" });
    });

    it("needs validation rows", () => {
      const none = { ...hasty, select: "last", data: { ...hasty.data, validation: 0 } };
      expect(() => resolveConfig(none)).toThrow("patience needs validation rows");
    });
  });

  it("refuses a checkpoint of another configuration", async () => {
    const { session } = await start(small);
    const other = { ...small, energy: { name: "tilted", hidden: [7] } };
    await expect(start(other, { resume: { checkpoints: [session.checkpoint()] } })).rejects.toThrow(
      "the checkpoint does not fit the configuration: params.energy differs",
    );
  });

  it("judges the present state when asked, as it does along the way", async () => {
    const { session, events } = await start({ ...small, steps: 7 });
    await runSession(session);
    const judged = events.find((event) => event.type === "judged")!;
    expect(await session.evaluate()).toMatchObject({ value: (judged as { value: number }).value });
    const none = await start({ ...small, data: { ...small.data, validation: 0 }, select: "last" });
    expect(await none.session.evaluate()).toBeNull();
  });
});

describe("a session that diverges", () => {
  it("stands at its last good state, unless it is to roll back", async () => {
    const { session } = await start(tooFast(100, "stop"));
    const error = await runSession(session).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TrainingDiverged);
    expect(session.at().step).toBe((error as TrainingDiverged).step - 1);
    expect(session.state()).toEqual((error as TrainingDiverged).state);
  });

  it("goes on from a checkpoint more slowly, and the same way wherever it was interrupted", async () => {
    const whole = await start(tooFast(100, "rollback"));
    await runSession(whole.session);
    const times = whole.events.filter(({ type }) => type === "setBack").length;
    expect(times).toBeGreaterThan(0);
    expect(floats(whole.session.state().rate!)[0]).toBe(0.5 ** times);
    // At a checkpoint, so that both have the same to go back to.
    const parts = await start(tooFast(100, "rollback"));
    const saved: SessionCheckpoint[] = [];
    await runSession(parts.session, (step) => {
      for (const event of parts.events.splice(0))
        if (event.type === "checkpoint" || event.type === "setBack") {
          const stays = saved.filter((c) => c.step < event.checkpoint.step);
          saved.splice(0, saved.length, kept(event.checkpoint), ...stays);
        }
      return step !== 20;
    });
    const { session } = await start(tooFast(100, "rollback"), { resume: { checkpoints: saved } });
    await runSession(session);
    expect(session.state()).toEqual(whole.session.state());
  });
});

/**
 * A training by script: a counter, a judge whose best is early, chains that stand still, and a divergence at step 12 and
 * again at step 8 as long as the rate is above a quarter.
 */
function scripted(told: SessionEvent[] = [], resume?: Resumed) {
  const trainer: Trainer = {
    engine: "onnx",
    start: () => ({ count: tensor(Float32Array.of(0), []), rate: tensor(Float32Array.of(1), []) }),
    async step(state) {
      const [count, rate] = [floats(state.count!)[0]! + 1, floats(state.rate!)[0]!];
      const bad = (count === 12 && rate === 1) || (count === 12 && rate === 0.5) || (count === 8 && rate === 0.25);
      const metrics = { energyGap: bad ? Number.NaN : Math.sin(count), localAcceptance: 0.001 };
      return { state: { count: tensor(Float32Array.of(count), []), rate: state.rate! }, metrics };
    },
  };
  const data = tensor(new Float32Array(8), [8, 1]);
  const training = { trainer, data, batch: 2, steps: 30, key: makeKey(1), start: trainer.start(makeKey(1), data) };
  const judge = {
    every: 3,
    async of(state: TrainState) {
      const count = floats(state.count!)[0]!;
      const value = 0 - Math.abs(count - 6);
      const rows = (level: number) => Array.from({ length: 20 }, (_, i) => level * (1 + 0.1 * Math.sin(i)) + i);
      const look = { validation: rows(value), test: rows(value), training: rows(count), error: 0.001 };
      return { value, standardError: null, look };
    },
  };
  const spec = { training, judge, checkpointEvery: 5, health: { every: 1, dimension: 1 }, rollback: true };
  return newSession(spec, { tell: (event) => told.push(event), ...(resume ? { resume } : {}) });
}

describe("a session of a script", () => {
  const saves = (events: readonly SessionEvent[]): SessionCheckpoint[] =>
    events.reduce<SessionCheckpoint[]>((saved, event) => {
      if (event.type !== "checkpoint" && event.type !== "setBack") return saved;
      return [kept(event.checkpoint), ...saved.filter(({ step }) => step < event.checkpoint.step)].slice(0, 3);
    }, []);

  it("goes back to the newest checkpoint, then to the ones before, keeps its best, and finds what it finds", async () => {
    const told: SessionEvent[] = [];
    const session = await runSession(scripted(told));
    const back = told.flatMap((event) => (event.type === "setBack" ? [[event.checkpoint.step, event.rate]] : []));
    expect(back).toEqual([
      [10, 0.5],
      [5, 0.25],
      [0, 0.125],
    ]);
    expect(session.best()).toMatchObject({ step: 6 });
    expect(floats(session.best().state.count!)[0]).toBe(6);
    expect(session.findings().map(({ rule }) => rule)).toEqual(["frozen-chains", "over-fitted"]);
    expect(session.findings()[1]!.what).toMatch(/Best at step 6 of 30; from there to step 30 test rows went from 9/);
    const news = told.flatMap((event) => (event.type === "finding" ? [event.finding.rule] : []));
    // Once for each time that it was set back to where it was not seen yet.
    expect(news.filter((rule) => rule === "over-fitted").length).toBeLessThanOrEqual(4);
    expect(session.checkpoint().meta).toMatchObject({ best: { step: 6, value: 0 }, rollbacks: 3 });
  });

  it("interrupted after any step, also between its checkpoints and before a divergence, ends as if it was not", async () => {
    const toldOfAll: SessionEvent[] = [];
    const whole = await runSession(scripted(toldOfAll));
    for (let stop = 1; stop < 30; stop++) {
      const told: SessionEvent[] = [];
      const first = scripted(told);
      await runSession(first, (step) => step < stop);
      const now = kept(first.checkpoint());
      const best = first.best();
      const resume = {
        checkpoints: [now, ...saves(told).filter(({ step }) => step < now.step)],
        ...(now.meta.best ? { best: best.state } : {}),
      };
      const rest: SessionEvent[] = [];
      const session = await runSession(scripted(rest, resume));
      expect(session.state(), `stopped after ${stop}`).toEqual(whole.state());
      expect(session.best(), `stopped after ${stop}`).toEqual(whole.best());
      expect(session.findings()).toEqual(whole.findings());
      expect(session.checkpoint().meta).toEqual(whole.checkpoint().meta);
      expect(saves([...told, ...rest]).map(({ step }) => step)).toEqual(saves(toldOfAll).map(({ step }) => step));
    }
  });

  it("takes one step at a time, however it is asked", async () => {
    const session = scripted();
    await Promise.all([session.step(), session.step(), session.step()]);
    expect([session.at().step, floats(session.state().count!)[0]]).toEqual([3, 3]);
  });

  it("tells of no step where it was set back", async () => {
    const steps: number[] = [];
    const session = scripted();
    await runSession(session, (step, metrics) => {
      expect(metrics.energyGap).toBeDefined();
      // Its health does not remember what was given up.
      const seen = session.checkpoint().meta.health!.recent.map((one) => one.step);
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => step - seen.length + 1 + i));
      steps.push(step);
    });
    expect(steps.slice(9, 13)).toEqual([10, 11, 11, 6]);
  });
});

describe("a session that starts as a fit", () => {
  // Validation rows under the start, and so far above or below it later, half of them by `spread` more and half by less.
  const course = async (steps: Readonly<Record<number, { by: number; spread: number } | null>>) => {
    const trainer: Trainer = {
      engine: "onnx",
      start: () => ({ count: tensor(Float32Array.of(0), []) }),
      step: async ({ count }) => ({
        state: { count: tensor(Float32Array.of(floats(count!)[0]! + 1), []) },
        metrics: { energyGap: 0 },
      }),
    };
    const data = tensor(new Float32Array(8), [8, 1]);
    const training = { trainer, data, batch: 2, steps: 3, key: makeKey(1), start: trainer.start(makeKey(1), data) };
    const of = async ({ count }: TrainState) => {
      const found = steps[floats(count!)[0]!] ?? { by: 0, spread: 0 };
      const rows = Array.from({ length: 16 }, (_, i) => -3 + found.by + (i % 2 === 0 ? 1 : -1) * found.spread);
      const look = { validation: rows, test: rows, training: rows, error: 0 };
      return { value: -3 + found.by, standardError: 1, ...(steps[floats(count!)[0]!] === null ? {} : { look }) };
    };
    const looks: number[] = [];
    const session = newSession(
      { training, judge: { every: 1, start: true, of } },
      { tell: (event) => event.type === "judged" && looks.push(event.step) },
    );
    await runSession(session);
    expect(looks).toEqual([0, 1, 2, 3]);
    return session.best().step;
  };

  it("keeps the start where later rows are better by less than the error of the difference", async () => {
    // The error of a mean of 16 differences of spread 2 is 2 √(16/15)/4 = 0.52.
    expect(await course({ 1: { by: 0.5, spread: 2 }, 2: { by: -1, spread: 0 }, 3: { by: 0.4, spread: 2 } })).toBe(0);
  });

  it("keeps what beats it by more, and from then on the best", async () => {
    expect(await course({ 1: { by: 0.55, spread: 2 }, 2: { by: 0.5, spread: 0 } })).toBe(1);
    expect(await course({ 1: { by: 0.55, spread: 2 }, 2: { by: 0.6, spread: 2 } })).toBe(2);
  });

  it("does not take a look whose log Z is not to be trusted for better", async () => {
    expect(await course({ 1: null, 2: { by: 0.1, spread: 1 } })).toBe(0);
  });
});

describe("the memory that a training takes", () => {
  const memory = async (given: object): Promise<number> => {
    const { events } = await start(given);
    const [first] = events;
    if (first?.type !== "memory") throw new Error(`told first: ${first?.type}`);
    expect(events.filter(({ type }) => type === "memory").length).toBe(1);
    return first.bytes;
  };

  it("is told before anything else, and grows with the batch, the chains, a fit before and a closing after", async () => {
    const plain = { ...small, closing: 0 };
    const alone = await memory(plain);
    // Two modes in the plane: 300 rows, and of each of a few dozen values some hundred numbers.
    expect(alone).toBeGreaterThan(300 * 2 * 4);
    expect(alone).toBeLessThan(1e6);
    expect(await memory({ ...plain, batch: 64 })).toBeGreaterThan(alone);
    expect(await memory({ ...plain, objective: { ...small.objective, chains: 256 } })).toBeGreaterThan(2 * alone);
    expect(await memory({ ...plain, pretrain: 10 })).toBeGreaterThan(alone);
    // 2,048 draws a step, in place of 16 rows.
    expect(await memory({ ...plain, closing: 5 })).toBeGreaterThan(alone + 5 * 2048 * 2 * 4 * 2);
  });

  it("is told of what nothing could hold before any of it is made, and who is told may refuse", async () => {
    let bytes = 0;
    const tell = (event: SessionEvent): void => {
      bytes = event.type === "memory" ? event.bytes : Number.NaN;
      throw new Error("refused");
    };
    await expect(start({ ...small, energy: { name: "tilted", hidden: [1e6, 1e6] } }, { tell })).rejects.toThrow(
      "refused",
    );
    // A million times a million weights of four bytes, at least four times.
    expect(bytes).toBeGreaterThan(16e12);
  });
});
