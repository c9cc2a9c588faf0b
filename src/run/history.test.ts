import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { resolveConfig } from "../config/config.js";
import { listCheckpoints, loadCheckpoint } from "../store/checkpoint.js";
import { readJournal } from "../store/journal.js";
import { createRun } from "./create.js";
import { executeRun } from "./execute.js";
import { openRun } from "./open.js";

function runOf(keepEvery: number | null): string {
  const path = join(scratch(), "run");
  const config = resolveConfig({
    data: { dataset: "two-modes", points: 200 },
    ...{ energy: { hidden: [4] }, flow: null, objective: { name: "pcd", chains: 8 } },
    ...{ steps: 20, batch: 16, checkpointEvery: 4, evaluateEvery: 10, logEvery: 2, draws: 100, keepEvery },
  });
  createRun(path, { config });
  return path;
}

/** @param stopAt the step after which it ends. @returns bytes of what is kept, by step. */
async function execute(path: string, stopAt = Number.POSITIVE_INFINITY) {
  let step = 0;
  const emit = (event: { readonly type: string; readonly step?: number }): void => {
    if (event.type === "progress") step = event.step!;
  };
  await executeRun(openRun(path), { emit, stopped: () => step === stopAt });
  const kept = listCheckpoints(openRun(path).directory.files.history).reverse();
  return new Map(kept.map((one) => [one.step, readFileSync(one.file)]));
}

const timesOf = (path: string) =>
  readJournal(openRun(path).directory.files.times).map(({ step, seconds }) => ({ step, seconds: Number(seconds) }));

describe("the history of a run", () => {
  it("has the parameters and chains of every so many steps, from before the first", async () => {
    const path = runOf(5);
    const kept = await execute(path);
    expect([...kept.keys()]).toEqual([0, 5, 10, 15, 20]);
    const { files } = openRun(path).directory;
    const [last] = listCheckpoints(files.checkpoints);
    const of = loadCheckpoint(join(files.history, "step-00000020.safetensors")).tensors;
    const whole = loadCheckpoint(last!.file).tensors;
    expect(Object.keys(of).some((name) => name.startsWith("optimizer."))).toBe(false);
    for (const name of ["average.energy", "carry.chains"]) expect(of[name]!.data).toEqual(whole[name]!.data);
  });

  it("is the same when the run was stopped on the way", async () => {
    const path = runOf(5);
    await execute(path, 3);
    await execute(path, 12);
    expect(await execute(path)).toEqual(await execute(runOf(5)));
  });

  it("is not there unless it is asked for", async () => {
    expect((await execute(runOf(null))).size).toBe(0);
  });
});

describe("the times of a run", () => {
  it("grow with the steps of its journal, over a break as well", async () => {
    const path = runOf(null);
    await execute(path, 7);
    const before = timesOf(path);
    await execute(path);
    const times = timesOf(path);
    expect(times.map(({ step }) => step)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    expect(times.slice(0, 3)).toEqual(before);
    for (const [i, { seconds }] of times.slice(1).entries()) expect(seconds).toBeGreaterThanOrEqual(times[i]!.seconds);
  });
});
