/** A model that is kept and opened again: the same answers, to the bit. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scratch, sharedScratch } from "../../test/support/scratch.js";
import { resolveConfig } from "../config/config.js";
import { twoModes } from "../data/two-modes.js";
import { encodeCheckpoint } from "../formats/checkpoint.js";
import { makeKey } from "../random/key.js";
import { createRun } from "../run/create.js";
import { executeRun } from "../run/execute.js";
import { openRun } from "../run/open.js";
// A name that no runner takes for one of its own.
import { fit as fitted } from "../train/fit.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import type { Folder } from "./files.js";
import { folderAt } from "./files.node.js";
import { openModel } from "./open.js";
import type { Trained } from "./trained.js";

const rows = twoModes({}).draw(makeKey(5), 300);
const points = tensor(rows.data.slice(0, 20), [10, 2]);
const small = {
  energy: { name: "tilted", hidden: [8] },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  objective: { name: "balanced", chains: 16, localSteps: 2 },
  ...{ batch: 16, steps: 12, draws: 500 },
};

/** Everything a model says of some rows. */
const answers = async (model: Trained) => ({
  logZ: await model.logZ(),
  logDensity: await model.logDensity(points),
  scores: await model.score(points),
  draws: (await model.sample(12, { key: makeKey(1), chains: 4, warmup: 3 })).data,
  classes: model.classes,
  evaluation: JSON.parse(JSON.stringify(model.evaluation)) as unknown,
});

describe("a model that is saved", () => {
  let model: Trained;
  const file = join(sharedScratch(), "mine.ebbflow");
  beforeAll(async () => {
    model = await fitted(rows, small);
    await model.save(file);
  });

  it("answers as before when it is opened, from its file or its bytes", async () => {
    const before = await answers(model);
    for (const where of [file, await model.bytes()]) expect(await answers(await openModel(where))).toEqual(before);
    expect(await (await openModel(file)).heldOut()).toEqual(await model.heldOut());
    expect(model.data.seen.train.shape).toEqual([210, 2]);
    expect(Buffer.from(await (await openModel(file)).bytes()).equals(readFileSync(file))).toBe(true);
  });

  it("has the same densities to the bit in another process", async () => {
    const program = `
      const { openModel } = await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)});
      const model = await openModel(${JSON.stringify(file)});
      const found = await model.logDensity(${JSON.stringify(Array.from({ length: 10 }, (_, i) => [points.data[2 * i], points.data[2 * i + 1]]))});
      console.log(Buffer.from(found.buffer).toString("hex"));`;
    const told = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    const here = await model.logDensity(points);
    expect(told.trim()).toBe(Buffer.from(here.buffer).toString("hex"));
  });

  it("with labels keeps its classes and draws of one of them", async () => {
    const labels = Array.from({ length: 300 }, (_, i) => (rows.data[2 * i]! > 0 ? "up" : "down"));
    const classifier = await fitted(rows, { ...small, energy: { hidden: [8] }, objective: {}, labels, steps: 4 });
    const opened = await openModel(await classifier.bytes());
    expect(opened.classes).toEqual(["down", "up"]);
    expect(await opened.classify(points)).toEqual(await classifier.classify(points));
    const options = { class: "up", key: makeKey(2), chains: 4, warmup: 3 };
    expect(await opened.sample(8, options)).toEqual(await classifier.sample(8, options));
  });

  it("is refused in words where it is damaged, of another kind, or not there", async () => {
    const bytes = readFileSync(file);
    bytes[bytes.length - 3]! ^= 4;
    await expect(openModel(new Uint8Array(bytes))).rejects.toThrow(
      "is damaged: its content does not match its checksum",
    );
    const training = encodeCheckpoint({ step: 1, tensors: {}, meta: {} });
    await expect(openModel(training)).rejects.toThrow("model is a checkpoint of a training, not a model");
    await expect(openModel(join(scratch(), "none"))).rejects.toThrow(InputError);
    const other = join(scratch(), "other.txt");
    writeFileSync(other, "text");
    await expect(openModel(other)).rejects.toThrow(InputError);
    await expect(openModel(scratch())).rejects.toThrow("is not the folder of a run: it has no run.json");
  });
});

describe("the folder of a run", () => {
  const path = join(sharedScratch(), "run");
  const emit = (): undefined => undefined;
  beforeAll(async () => {
    const config = resolveConfig({
      ...{ ...small, data: { dataset: "two-modes", points: 300 }, steps: 30 },
      ...{ evaluateEvery: 10, checkpointEvery: 10 },
    });
    createRun(path, { config });
    let steps = 0;
    await executeRun(openRun(path), { emit, stopped: () => ++steps === 15 });
  });

  it("is a model as soon as there are parameters, with a log Z of its own", async () => {
    const model = await openModel(path);
    expect([model.step, model.evaluation]).toEqual([10, null]);
    expect((await openModel(path, { select: "last" })).step).toBe(15);
    expect((await model.logZ()).from).toMatch(/^importance sampling/);
  });

  it("is a model with the log Z of its evaluation when it is finished; a saved copy is the same", async () => {
    await executeRun(openRun(path), { emit, stopped: () => false });
    const model = await openModel(path);
    const { evaluation } = model;
    expect((await model.logZ()).value).toBe(evaluation!.normaliser.value);
    expect(await answers(await openModel(await model.bytes()))).toEqual(await answers(model));
    // What was found of other parameters is not said of these.
    const file = join(path, "summary.json");
    const summary = readFileSync(file, "utf8");
    const { sha256: _, ...said } = JSON.parse(summary) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...said, selected: model.step + 1 }));
    expect((await openModel(path)).evaluation).toBeNull();
    writeFileSync(file, summary);
  });

  it("is the same where nothing can be listed, as over HTTP", async () => {
    const there = folderAt(path);
    const asked: string[] = [];
    const remote: Folder = {
      name: "https://host/run/",
      list: async () => null,
      read(name) {
        asked.push(name);
        return there.read(name);
      },
    };
    expect(await answers(await openModel(remote))).toEqual(await answers(await openModel(path)));
    expect(asked.every((name) => !name.includes("\\"))).toBe(true);
  });
});
