import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { resolveConfig } from "../config/config.js";
import { listCheckpoints, loadCheckpoint } from "../store/checkpoint.js";
import { readJournal } from "../store/journal.js";
import { TrainingDiverged } from "../train/loop.js";
import { rateAfter } from "../train/set-back.js";
import { floats } from "../util/tensor.js";
import { createRun } from "./create.js";
import { executeRun, type RunEvent } from "./execute.js";
import { bestFolder, openRun } from "./open.js";

const newest = (folder: string) => loadCheckpoint(listCheckpoints(folder)[0]!.file);

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
  it("has nothing of the abandoned steps in its folder, and one best", async () => {
    const path = runOf(RATE, "rollback");
    const { directory } = openRun(path);
    let seen = false;
    const emit = (event: RunEvent): void => {
      const to = event.type === "notice" ? /rolled back to step (\d+)/.exec(event.text) : null;
      if (!to) return;
      seen = true;
      for (const { step } of listCheckpoints(directory.files.checkpoints))
        expect(step).toBeLessThanOrEqual(Number(to[1]));
      for (const { step } of readJournal(directory.files.metrics)) expect(step).toBeLessThanOrEqual(Number(to[1]));
    };
    await executeRun(openRun(path), { emit, stopped: () => false });
    expect(seen).toBe(true);
    expect(listCheckpoints(bestFolder(directory))).toHaveLength(1);
  });

  it("ends with the same files when it was stopped before it diverged", async () => {
    const [whole, parts] = [runOf(RATE, "rollback"), runOf(RATE, "rollback")];
    await execute(whole);
    for (const stop of [3, 13, 27, 45]) await execute(parts, stop);
    await execute(parts);
    const [a, b] = [whole, parts].map((path) => listCheckpoints(openRun(path).directory.files.checkpoints));
    expect(b!.map(({ step }) => step)).toEqual(a!.map(({ step }) => step));
    for (const [i, { file }] of a!.entries()) expect(readFileSync(b![i]!.file).equals(readFileSync(file))).toBe(true);
  });

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
