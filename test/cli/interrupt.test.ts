/** Runs that are stopped, killed and continued: nothing is lost, and the end is the same to the byte. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { checkpointSteps, type Ended, ebbflow, penguins, scratch, start, tiny, until } from "./run-cli.js";

const folder = scratch();
const STEPS = 600;
const last = "checkpoints/step-00000600.safetensors";
const every = ["logEvery=5", "evaluateEvery=100", "checkpointEvery=20"].flatMap((setting) => ["--set", setting]);
const trainInto = (out: string): string[] => [
  ...["train", penguins, "--out", out, "--steps", String(STEPS), "--seed", "1"],
  ...every,
  ...tiny,
];
let whole: Ended;

beforeAll(async () => {
  whole = await ebbflow(trainInto("whole"), folder);
  expect(whole.code).toBe(0);
});

/** Checkpoint, journal, summary and report are those of the run that nothing interrupted. */
function expectSameEnd(run: string): void {
  for (const file of [last, "metrics.ndjson", "summary.json", "report.html"])
    expect(readFileSync(join(folder, run, file)).equals(readFileSync(join(folder, "whole", file))), file).toBe(true);
  const all = readdirSync(join(folder, run), { recursive: true, encoding: "utf8" });
  expect(all.filter((name) => name.endsWith(".tmp") || name.includes(".lock"))).toEqual([]);
}

describe("Ctrl-C", () => {
  test("saves a checkpoint at once, prints how to go on, and the continued run ends the same", async () => {
    const run = join(folder, "stopped");
    const { child, ended } = start(trainInto("stopped"), folder);
    await until(() => checkpointSteps(run).some((step) => step > 0), "a checkpoint");
    child.kill("SIGINT");
    const stopped = await ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toBe("");
    expect(stopped.stderr).toContain("stopping after this step");
    const at = Number(/stopped after step (\d+); go on with: ebbflow resume stopped/.exec(stopped.stderr)?.[1]);
    expect(at).toBeLessThan(STEPS);
    expect(checkpointSteps(run).at(-1)).toBe(at);
    const resumed = await ebbflow(["resume", "stopped"], folder);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toBe(whole.stdout.replace("whole", "stopped"));
    expectSameEnd("stopped");
  });

  test("in the evaluation ends at once, with every step kept, and the continued run ends the same", async () => {
    const run = join(folder, "evaluating");
    const { child, ended } = start(trainInto("evaluating"), folder);
    await until(() => checkpointSteps(run).at(-1) === STEPS || child.exitCode !== null, "the last checkpoint");
    child.kill("SIGTERM");
    const { code, signal, stdout, stderr } = await ended;
    // A signal that comes before the evaluation has begun ends the run as any step does.
    expect([130, null]).toContain(code);
    expect(["SIGINT", null]).toContain(signal);
    expect(stderr).toMatch(
      /stopped in the evaluation, every step is saved; go on with: ebbflow resume evaluating|stopped after step 600; go on/,
    );
    expect(stdout).toBe("");
    expect(existsSync(join(run, "summary.json"))).toBe(false);
    const resumed = await ebbflow(["resume", "evaluating"], folder);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toBe(whole.stdout.replace("whole", "evaluating"));
    expectSameEnd("evaluating");
  });

  test("pressed again ends at once, also while a long step runs", async () => {
    const run = join(folder, "aborted");
    // A step of this run takes many seconds.
    const long = ["objective.localSteps=1000", "objective.chains=4000", "energy.hidden=[256,256]"].flatMap(
      (setting) => ["--set", setting],
    );
    const { child, ended } = start([...trainInto("aborted"), ...long], folder);
    await until(() => checkpointSteps(run).length > 0 || child.exitCode !== null, "the first checkpoint");
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(child.exitCode).toBe(null);
    const asked = performance.now();
    child.kill("SIGINT");
    const { signal, stderr } = await ended;
    expect(performance.now() - asked).toBeLessThan(1000);
    // A shell reports this as 130.
    expect(signal).toBe("SIGINT");
    expect(stderr).toContain("what is saved continues with: ebbflow resume aborted");
    expect(checkpointSteps(run)).toEqual([0]);
  });
});

describe("kill -9", () => {
  test("five times at any moment: the continued run ends the same to the byte", async () => {
    const run = join(folder, "killed");
    // A fixed sequence of delays after a new checkpoint: inside a step, while journalling, while saving.
    const delays = [0, 3, 11, 1, 7];
    let kills = 0;
    for (const [i, delay] of delays.entries()) {
      const { child, ended } = start(i === 0 ? trainInto("killed") : ["resume", "killed"], folder);
      const before = checkpointSteps(run).at(-1) ?? 0;
      await until(() => (checkpointSteps(run).at(-1) ?? 0) >= before + 60 || child.exitCode !== null, "progress");
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill("SIGKILL");
      if ((await ended).signal === "SIGKILL") kills += 1;
    }
    expect(kills).toBe(5);
    expect(checkpointSteps(run).at(-1)).toBeLessThan(STEPS);
    const { code, stdout } = await ebbflow(["resume", "killed"], folder);
    expect(code).toBe(0);
    expect(stdout).toBe(whole.stdout.replace("whole", "killed"));
    expectSameEnd("killed");
  });
});
