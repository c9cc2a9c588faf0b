/** What computes: asked for by a flag, kept with a run, told by `doctor`. */

import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { checkpointFile } from "../../src/formats/checkpoint.js";
import { readJournal } from "../../src/store/journal.js";
import { checkpointSteps, ebbflow, scratch } from "./run-cli.js";

const folder = scratch();
const at = (...parts: string[]): string => join(folder, ...parts);
const json = (...parts: string[]): Record<string, unknown> => JSON.parse(readFileSync(at(...parts), "utf8"));
const flow = ["flow.layers=2", "flow.hidden=[8]", "batch=32", "draws=100", "data.points=300"];
const settings = [...flow, "checkpointEvery=5", "evaluateEvery=5"].flatMap((setting) => ["--set", setting]);
const train = (out: string, ...args: string[]) =>
  ebbflow(
    [
      "train",
      "--dataset",
      "two-modes",
      "--objective",
      "flow-likelihood",
      ...settings,
      "--steps",
      "10",
      "--out",
      out,
      ...args,
    ],
    folder,
  );
/** What a journal says of engines. */
const enginesOf = (name: string): unknown[] =>
  readJournal(at(name, "metrics.ndjson")).filter(({ engine }) => engine !== undefined);
const last = join("checkpoints", checkpointFile(10));

/** A copy of a run as if it had been killed after step 5. */
function killed(name: string): string {
  cpSync(at("wasm"), at(name), { recursive: true });
  for (const file of [last, "summary.json"]) rmSync(at(name, file));
  return name;
}

// Nobody asks for an engine but by the flag: in a process of its own, as the one that runs commands keeps its environment.
beforeEach(() => void vi.stubEnv("EBBFLOW_ENGINE", undefined));
afterAll(() => void vi.unstubAllEnvs());

beforeAll(async () => {
  expect(await train("wasm", "--engine", "wasm")).toMatchObject({ code: 0 });
});

test("is kept with the run, and of no consequence for the next", async () => {
  expect(json("wasm", "run.json").engine).toBe("wasm");
  expect(json("wasm", "summary.json").engine).toBe("wasm");
  expect(checkpointSteps(at("wasm"))).toContain(10);
  expect(await train("usual")).toMatchObject({ code: 0 });
  expect(json("usual", "run.json")).not.toHaveProperty("engine");
});

test("goes on with a run, to the same bytes", async () => {
  const { code, stderr } = await ebbflow(["resume", killed("same")], folder);
  expect([code, stderr.includes("began with")]).toEqual([0, false]);
  expect(readFileSync(at("same", last))).toEqual(readFileSync(at("wasm", last)));
  const { evaluation, ...rest } = json("same", "summary.json");
  expect({ evaluation, ...rest }).toEqual(json("wasm", "summary.json"));
});

test("is said to be another, where another is asked for", async () => {
  const { code, stderr } = await ebbflow(["resume", killed("other"), "--engine", "onnx"], folder);
  expect(code).toBe(0);
  expect(stderr).toContain(
    "this training began with engine wasm, and onnx is asked for: onnx goes on, and arrives at other bytes\n",
  );
  expect(json("other", "summary.json").engine).toBe("onnx");
  expect(enginesOf("wasm")).toEqual([{ step: 0, engine: "wasm" }]);
  expect(enginesOf("other")).toEqual([
    { step: 0, engine: "wasm" },
    { step: 5, engine: "onnx" },
  ]);
  expect(readFileSync(at("other", "report.html"), "utf8")).toContain("computed by onnx.");
});

test("is refused where there is no such thing", async () => {
  const { code, stderr } = await ebbflow(["evaluate", "wasm", "--engine", "fast"], folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: option '--engine <name>' argument 'fast' is invalid. Allowed choices are auto, c, /);
});

test("doctor says what there is, and what would compute a training", async () => {
  const { code, stdout } = await ebbflow(["doctor"], folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^(ok|no) +c .*\n(.*\n)*(ok|no) +wasm .*\n(.*\n)*ok +onnx +ONNX Runtime/);
  const { engines } = JSON.parse((await ebbflow(["doctor", "--json"], folder)).stdout);
  expect(engines.map(({ name }: { name: string }) => name)).toEqual(["c", "wasm", "onnx", "onnx-wasm"]);
  const run = await ebbflow(["doctor", "wasm", "--engine", "wasm"], folder);
  expect(run.stdout).toMatch(/\nits training was computed by wasm\n$/);
  const left = await ebbflow(["doctor", killed("stopped")], folder);
  expect(left.stdout).toMatch(
    /\n5 steps of training that are left would be computed by wasm, as those before were by wasm; estimated: .*onnx \d\S* s/,
  );
  expect(await ebbflow(["doctor", "--last"], folder)).toMatchObject({
    code: 2,
    stderr: "error: --points and --last are for an energy: give its path\n",
  });
});
