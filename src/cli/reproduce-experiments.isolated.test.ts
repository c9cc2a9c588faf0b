/** The exit code and the words of `ebbflow reproduce`, with experiments that cost nothing. */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fakeExperiment, fakeRunner } from "../../test/support/fake-experiment.js";
import { scratch } from "../../test/support/scratch.js";
import type { Experiment } from "../experiments/experiment.js";
import { InputError, NumericError } from "../util/errors.js";
import { type Asked, reproduceExperiments } from "./reproduce-experiments.js";

const text = { stdout: "", stderr: "" };

beforeEach(() => {
  for (const name of ["stdout", "stderr"] as const) {
    text[name] = "";
    vi.spyOn(process[name], "write").mockImplementation((words) => {
      text[name] += words;
      return true;
    });
  }
});

afterEach(() => vi.restoreAllMocks());

const reproduce = (
  out: string | undefined,
  experiments: readonly Experiment[],
  { runner = fakeRunner(), ...options }: Partial<Asked["options"]> & Pick<Asked, "runner"> = {},
): Promise<number> =>
  reproduceExperiments({
    names: experiments.length === 1 ? [experiments[0]!.name] : ["all"],
    ...{ experiments, runner },
    options: { budget: "quick", seed: 0, jobs: 2, ...(out ? { out } : {}), ...options },
  });

const [sound, other] = [fakeExperiment("sound"), fakeExperiment("other")];
const wrong = fakeExperiment("wrong", { passed: false });
const page = (out: string): string => readFileSync(join(out, "report.html"), "utf8");
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

it("gives 0 when all claims came out, with each experiment in a folder of its name and a page above", async () => {
  const out = scratch();
  expect(await reproduce(out, [sound, other])).toBe(0);
  expect(text.stdout).toContain("sound: 1 of 1 claims came out\n  passed  counts: 1");
  const table = text.stdout
    .split("\n")
    .slice(-4)
    .map((line) => line.trim().split(/ {2,}/));
  expect(table).toEqual([
    ["experiment", "claims that came out", "minutes"],
    ["sound", "1 of 1", "0.0"],
    ["other", "1 of 1", "0.0"],
    [""],
  ]);
  expect(text.stderr).toContain(`report: ${join(out, "report.html")}`);
  for (const name of ["sound", "other"]) {
    expect(json(join(out, name, "results.json")).experiment).toBe(name);
    expect(page(out)).toContain(`href="${name}/report.html"`);
  }
  expect(page(out)).toContain("2 of 2 claims of 2 experiments came out as expected.");
  expect(page(out)).toContain("ebbflow reproduce all --budget quick --seed 0");
  const { passed, experiments } = json(join(out, "results.json"));
  expect(passed).toBe(true);
  expect(experiments[1]).toMatchObject({ experiment: "other", seeds: 2, passed: true, claims: [{ name: "counts" }] });
});

it("gives 3 when a claim failed, in one experiment or one of several", async () => {
  expect(await reproduce(scratch(), [wrong])).toBe(3);
  expect(text.stdout).toContain("FAILED  counts");
  const out = scratch();
  expect(await reproduce(out, [sound, wrong])).toBe(3);
  expect(text.stdout).toContain("wrong: 0 of 1 claims came out");
  expect(page(out)).toContain("1 of 2 claims of 2 experiments came out as expected.");
});

it("says which experiment threw, and where, and gives its exit code, when the others are done", async () => {
  const out = scratch();
  const runner = fakeRunner((unit) => {
    if (unit === "sound 1") throw new NumericError("left the numbers");
  });
  expect(await reproduce(out, [sound, other, wrong], { runner })).toBe(3);
  expect(text.stderr).toContain("sound failed to run, in unit 1:\nerror: left the numbers");
  expect(text.stdout).toContain("other: 1 of 1 claims came out");
  expect(text.stdout).toMatch(/sound +failed to run/);
  expect(page(out)).toContain("Failed to run, in unit 1: NumericError: left the numbers");
  const broken = fakeExperiment("broken", { conclude: () => JSON.parse("{") });
  expect(await reproduce(scratch(), [broken, other])).toBe(1);
  expect(text.stderr).toContain("this is a defect of ebbflow");
  await expect(reproduce(scratch(), [broken])).rejects.toThrow(SyntaxError);
});

it("prints one JSON document", async () => {
  const out = scratch();
  const plan = (): never => {
    throw new InputError("no rows");
  };
  expect(await reproduce(out, [sound, fakeExperiment("rowless", { plan })], { json: true, quiet: true })).toBe(2);
  expect(JSON.parse(text.stdout)).toMatchObject({
    ...{ budget: "quick", seed: 0, out, passed: false },
    experiments: [
      { experiment: "sound", out: join(out, "sound"), passed: true, numbers: [0, 10], claims: [{ passed: true }] },
      { experiment: "rowless", passed: false, error: "InputError: no rows" },
    ],
  });
  text.stdout = "";
  expect(await reproduce(scratch(), [sound], { json: true })).toBe(0);
  expect(JSON.parse(text.stdout)).toMatchObject({ experiment: "sound", seeds: 2, passed: true, numbers: [0, 10] });
});

it("overwrites nothing unless told to, and goes on with all of it at once", async () => {
  const out = scratch();
  const began: string[] = [];
  const runner = fakeRunner((unit) => began.push(unit));
  await reproduce(out, [sound, other], { runner, seeds: 1 });
  await expect(reproduce(out, [sound, other])).rejects.toThrow(/has results already/);
  for (const name of [".", "sound", "other"]) rmSync(join(out, name, "results.json"));
  await expect(reproduce(out, [sound, other])).rejects.toThrow(/has finished trainings; go on with --resume/);
  await expect(reproduce(undefined, [sound, other], { resume: true })).rejects.toThrow("--resume needs --out");
  began.length = 0;
  expect(await reproduce(out, [sound, other], { runner, seeds: 2, resume: true })).toBe(0);
  expect(began).toEqual(["sound 1", "other 1"]);
  began.length = 0;
  await reproduce(out, [sound, other], { runner, seeds: 1, force: true });
  expect(began).toEqual(["sound 0", "other 0"]);
});

it("gives an experiment the files it needs, leaves it out of all where there are none, and refuses it by its name", async () => {
  const data = { about: "tables t.csv", takes: (name: string): boolean => name === "t.csv" };
  const seen: unknown[] = [];
  const hungry = fakeExperiment("hungry", {
    ...{ data, seeds: { quick: 1, full: 1 } },
    plan: (budget) => budget.data!.map(({ name }) => name),
  });
  const runner = () => ({
    run: async (task: unknown) => seen.push(task),
    end: () => {},
  });
  await expect(reproduce(scratch(), [hungry])).rejects.toThrow(
    "hungry: needs a folder of tables t.csv; give it with --data <dir>",
  );
  const folder = scratch();
  await expect(reproduce(scratch(), [hungry], { data: folder })).rejects.toThrow(/^hungry: .* has none of the files/);
  expect(await reproduce(scratch(), [sound, hungry])).toBe(0);
  expect(text.stderr).toContain("hungry is left out: needs a folder of tables t.csv; give it with --data <dir>\n");
  expect(text.stdout).not.toContain("hungry");
  writeFileSync(join(folder, "t.csv"), "1\n");
  const out = scratch();
  expect(await reproduce(out, [hungry], { data: folder, runner })).toBe(0);
  expect(seen).toEqual([{ experiment: "hungry", unit: "t.csv", folder }]);
  expect(json(join(out, "results.json")).data).toMatchObject([{ name: "t.csv", path: "t.csv" }]);
});
