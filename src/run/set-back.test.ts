import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { resolveConfig } from "../config/config.js";
import { listCheckpoints, loadCheckpoint, saveCheckpoint } from "../store/checkpoint.js";
import { readJournal } from "../store/journal.js";
import { TrainingDiverged } from "../train/loop.js";
import { floats, tensor } from "../util/tensor.js";
import { createRun } from "./create.js";
import { executeRun, type RunEvent } from "./execute.js";
import { openRun } from "./open.js";
import { rateAfter, setBack } from "./set-back.js";

const at = (step: number, meta: Record<string, unknown> = {}) => ({
  step,
  tensors: { params: tensor(Float32Array.of(step)), rate: tensor(Float32Array.of(1), []) },
  meta,
});
const steps = (folder: string): number[] => listCheckpoints(folder).map(({ step }) => step);
const newest = (folder: string) => loadCheckpoint(listCheckpoints(folder)[0]!.file);

describe("setting back", () => {
  it("makes the newest checkpoint the one to go on from, at half the rate, with the best as it is known", () => {
    const folder = scratch();
    for (const step of [0, 20, 40]) saveCheckpoint(folder, at(step));
    expect(setBack(folder, { step: 30, value: -1 })).toEqual({ step: 40, rate: 0.5 });
    const { tensors, meta, step } = newest(folder);
    expect([step, ...floats(tensors.rate!), ...floats(tensors.params!)]).toEqual([40, 0.5, 40]);
    expect(meta).toEqual({ best: { step: 30, value: -1 }, rollbacks: 1, setBack: true });
  });

  it("goes one checkpoint further where the last one led to divergence again, and on from there", () => {
    const folder = scratch();
    for (const step of [0, 20, 40]) saveCheckpoint(folder, at(step));
    setBack(folder, null);
    expect(setBack(folder, null)).toEqual({ step: 20, rate: 0.25 });
    expect(steps(folder)).toEqual([20, 0]);
    // A run that then got on and saved is set back to what it saved.
    saveCheckpoint(folder, at(40, { rollbacks: 2 }));
    expect(setBack(folder, null)).toEqual({ step: 40, rate: 0.125 });
  });

  it("passes over a damaged checkpoint", () => {
    const folder = scratch();
    for (const step of [0, 20, 40]) saveCheckpoint(folder, at(step));
    writeFileSync(listCheckpoints(folder)[0]!.file, "torn");
    expect(setBack(folder, null)).toEqual({ step: 20, rate: 0.5 });
  });

  it("gives up after eight times, and where nothing is saved", () => {
    const folder = scratch();
    expect(setBack(folder, null)).toBeNull();
    saveCheckpoint(folder, at(0));
    for (let count = 1; count <= 8; count++) expect(setBack(folder, null)).toEqual({ step: 0, rate: rateAfter(count) });
    expect(setBack(folder, null)).toBeNull();
    expect(floats(newest(folder).tensors.rate!)[0]).toBe(1 / 256);
  });
});

/** A run whose first learning rates are far too high. */
function runOf(learningRate: number, onDivergence: "stop" | "rollback"): string {
  const path = join(scratch(), "run");
  const config = resolveConfig({
    data: { dataset: "two-modes", points: 300 },
    energy: { hidden: [8] },
    flow: null,
    objective: { name: "cd", localSteps: 2 },
    optimizer: { energy: { name: "sgd", learningRate, schedule: "constant" } },
    ...{ steps: 60, batch: 16, checkpointEvery: 10, evaluateEvery: 30, logEvery: 5, draws: 100, onDivergence },
  });
  createRun(path, { config });
  return path;
}

async function execute(path: string, stopAt = Number.POSITIVE_INFINITY) {
  const events: RunEvent[] = [];
  let step = 0;
  const emit = (event: RunEvent): void => {
    events.push(event);
    if (event.type === "progress") step = event.step;
  };
  const outcome = await executeRun(openRun(path), { emit, stopped: () => step === stopAt });
  const notices = events.flatMap((e) => (e.type === "notice" ? [e.text] : []));
  return { outcome, rollbacks: notices.filter((text) => text.includes("rolled back")) };
}

const RATE = 100;

describe("a run that diverges", () => {
  it("stops unless it is told to roll back", async () => {
    await expect(execute(runOf(RATE, "stop"))).rejects.toThrow(TrainingDiverged);
  });

  it("rolls back, says so, and arrives at a slower rate", async () => {
    const path = runOf(RATE, "rollback");
    const { outcome, rollbacks } = await execute(path);
    expect(outcome.step).toBe(60);
    expect(outcome.summary).not.toBeNull();
    expect(rollbacks.length).toBeGreaterThan(0);
    expect(rollbacks.at(-1)).toMatch(/^step \d+: .* rolled back to step \d+, going on at 0\.\d+ of the learning rate$/);
    const { directory } = openRun(path);
    const { tensors, meta } = newest(directory.files.checkpoints);
    expect(floats(tensors.rate!)[0]).toBe(rateAfter(rollbacks.length));
    expect(meta.rollbacks).toBe(rollbacks.length);
    const journal = readJournal(directory.files.metrics);
    const order = journal.map(({ step }) => step);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(journal.filter(({ rate }) => rate !== undefined).at(-1)).toMatchObject({
      rate: rateAfter(rollbacks.length),
    });
  });

  it("ends with the same bytes when it was stopped after a rollback and resumed", async () => {
    const [whole, parts] = [runOf(RATE, "rollback"), runOf(RATE, "rollback")];
    await execute(whole);
    const first = await execute(parts, 33);
    expect(first.outcome).toEqual({ step: 33, summary: null });
    expect(first.rollbacks.length).toBeGreaterThan(0);
    await execute(parts);
    const [a, b] = [whole, parts].map((path) => newest(openRun(path).directory.files.checkpoints));
    expect(b!.tensors).toEqual(a!.tensors);
    expect(b!.step).toBe(60);
  });

  it("stops where no rate of a halving is small enough", async () => {
    const path = runOf(1e12, "rollback");
    await expect(execute(path)).rejects.toThrow(TrainingDiverged);
    expect(newest(openRun(path).directory.files.checkpoints).meta.rollbacks).toBe(8);
  });
});
