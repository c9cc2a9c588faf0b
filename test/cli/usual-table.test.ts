/** A table as it comes, without a word about the model: mixtures of Gaussians that an energy tilts, and what they are compared with. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { resolveConfig } from "../../src/config/config.js";
import { readJournal } from "../../src/store/journal.js";
import { type Ended, ebbflow, penguins, scratch } from "./run-cli.js";

const folder = scratch();
const run = join(folder, "mine");
let trained: Ended;

beforeAll(async () => {
  const small = ["--set", "energy.hidden=[8]", "--set", "draws=500"];
  trained = await ebbflow(["train", penguins, "--out", run, "--steps", "20", ...small], folder);
});

test("stands on mixtures chosen by rows left out, which the configuration of the run keeps", () => {
  expect(trained.code, trained.stderr).toBe(0);
  const { energy, flow, objective, optimizer, patience } = parse(readFileSync(join(run, "config.yaml"), "utf8")) as {
    energy: { name: string; base: string };
    objective: object;
    optimizer: { energy: object };
    flow: { name: string; stack: { components: number; strength: number; weight: number }[] };
    patience: number;
  };
  expect(energy).toMatchObject({ name: "tilted", base: "flow" });
  expect(flow.name).toBe("normal-mixture");
  expect(flow.stack.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 6);
  // Three species: one cloud does not explain rows left out.
  expect(Math.max(...flow.stack.map(({ components }) => components))).toBeGreaterThan(1);
  expect(objective).toMatchObject({ name: "self-normalised-likelihood", noise: "frozen-flow" });
  expect(optimizer.energy).toMatchObject({ name: "adamw", weightDecay: 3 });
  expect(patience).toBe(4);
});

test("judges what it starts from, whose log Z is 0, and keeps it unless another is better by more than the error", () => {
  const judged = readJournal(join(run, "metrics.ndjson")).filter((record) => "validation" in record);
  expect(judged.map(({ step }) => step)).toEqual([0, 10, 20]);
  expect(Math.abs(judged[0]!.logZ as number)).toBeLessThan(1e-4);
});

test("compares it with what takes a second: a Gaussian, a mixture and a kernel density", () => {
  for (const name of ["model", "flow", "fitted Gaussian", "Gaussian mixture", "kernel density"])
    expect(trained.stdout).toMatch(new RegExp(`^ +${name} +-\\d+\\.\\d+ +\\[-\\d+\\.\\d+ to -\\d+\\.\\d+\\]$`, "m"));
  const page = readFileSync(join(run, "report.html"), "utf8");
  for (const name of ["Gaussian mixture", "kernel density"]) expect(page).toContain(`<td>${name}</td>`);
});

test("is what was before where an option is of another flow alone", async () => {
  const out = join(folder, "other");
  const given = ["train", penguins, "--out", out, "--steps", "1", "-q", "--set", "flow.layers=1", "--set", "draws=100"];
  expect((await ebbflow(given, folder)).code).toBe(0);
  const { energy, flow } = parse(readFileSync(join(out, "config.yaml"), "utf8")) as Record<string, object>;
  expect(flow).toMatchObject({ name: "realnvp", layers: 1, base: "gaussian" });
  expect(energy).toMatchObject({ name: "tilted", base: "gaussian" });
});

test("is trained by chains where an option of theirs is given, or they are named", () => {
  const table = { data: { file: "points.csv" } };
  const chains = { objective: { chains: 32 } };
  for (const given of [chains, { objective: { name: "balanced" } }]) {
    const { energy, flow, objective, optimizer } = resolveConfig({ ...table, ...given });
    expect([energy.base, flow!.name, objective.name]).toEqual(["flow", "normal-mixture", "balanced"]);
    expect(optimizer.energy).toMatchObject({ name: "adamw", weightDecay: 3 });
  }
  const slower = resolveConfig({
    ...table,
    optimizer: { energy: { learningRate: 1e-4 } },
    objective: { negatives: 64 },
  });
  expect(slower.objective).toMatchObject({ name: "self-normalised-likelihood", negatives: 64, noise: "frozen-flow" });
  expect(slower.optimizer.energy).toMatchObject({ name: "adamw", weightDecay: 3, learningRate: 1e-4 });
  // What is no table keeps what is usual of it.
  const { objective, optimizer, steps } = resolveConfig({ data: { dataset: "two-modes" } });
  expect([objective.name, optimizer.energy!.name, steps]).toEqual(["balanced", "adam", 2000]);
  expect([resolveConfig(table).steps, resolveConfig({ ...table, ...chains }).steps]).toEqual([600, 2000]);
});
