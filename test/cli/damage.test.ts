/** What a run does when its files, its disk or its numbers break, and when two want the same folder. */

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { latestCheckpoint } from "../../src/store/checkpoint.js";
import { checkpointSteps, ebbflow, main, penguins, scratch, start, tiny, until } from "./run-cli.js";

const folder = scratch();
const every = ["evaluateEvery=20", "checkpointEvery=20"].flatMap((setting) => ["--set", setting]);
const trainInto = (out: string, ...more: string[]): string[] => [
  ...["train", penguins, "--out", out, "--steps", "80", "-q"],
  ...[...every, ...tiny, ...more],
];
const checkpoint = (run: string, step: number): string =>
  join(folder, run, "checkpoints", `step-${String(step).padStart(8, "0")}.safetensors`);
const flipBit = (file: string): void => {
  const bytes = readFileSync(file);
  bytes[bytes.length - 5]! ^= 4;
  writeFileSync(file, bytes);
};
/** A copy of the finished run. */
const copy = (name: string): string => {
  cpSync(join(folder, "whole"), join(folder, name), { recursive: true });
  return name;
};
const same = (run: string, file: string): boolean =>
  readFileSync(join(folder, run, file)).equals(readFileSync(join(folder, "whole", file)));

beforeAll(async () => {
  expect((await ebbflow(trainInto("whole"), folder)).code).toBe(0);
});

describe("a damaged checkpoint", () => {
  test.each([
    ["with a flipped bit", flipBit, "does not match its checksum"],
    ["cut short", (file: string) => truncateSync(file, 300), "is not a whole checkpoint"],
    ["empty", (file: string) => truncateSync(file, 0), "is not a whole checkpoint"],
  ])("%s is passed over, said so, and the run ends the same", async (how, damage, reason) => {
    const run = copy(`damaged ${how}`);
    damage(checkpoint(run, 80));
    damage(checkpoint(run, 60));
    const { code, stderr } = await ebbflow(["resume", run], folder);
    expect(code).toBe(0);
    expect(
      stderr.match(/notice: passed over 2 checkpoints for that of step 40: .*step-00000080.*step-00000060/g),
    ).toHaveLength(1);
    expect(stderr).toContain(reason);
    for (const file of ["checkpoints/step-00000080.safetensors", "metrics.ndjson", "summary.json"])
      expect(same(run, file), file).toBe(true);
  });

  test("when none is whole is an error that names them, and touches nothing", async () => {
    const run = copy("hopeless");
    for (const step of [40, 60, 80]) flipBit(checkpoint(run, step));
    const { code, stderr } = await ebbflow(["resume", run], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: no checkpoint can be loaded in .*checksum/m);
    expect(same(run, "metrics.ndjson")).toBe(true);
  });

  test("of the best parameters is an error that says what is left", async () => {
    const run = copy("no best");
    rmSync(join(folder, run, "best"), { recursive: true });
    mkdirSync(join(folder, run, "best"));
    cpSync(checkpoint("whole", 60), join(folder, run, "best/step-00000060.safetensors"));
    flipBit(join(folder, run, "best/step-00000060.safetensors"));
    const refused = await ebbflow(["sample", run, "-n", "5"], folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/checksum.*try --last/);
    expect((await ebbflow(["sample", run, "-n", "5", "--last", "-q"], folder)).code).toBe(0);
  });
});

describe("other damage", () => {
  test("a folder of a newer version, damaged rows, a broken configuration: one line, exit code 2", async () => {
    const newer = copy("newer");
    const info = JSON.parse(readFileSync(join(folder, newer, "run.json"), "utf8"));
    writeFileSync(join(folder, newer, "run.json"), JSON.stringify({ ...info, formatVersion: 99, ebbflow: "9.0.0" }));
    const rows = copy("rows");
    flipBit(join(folder, rows, "data.safetensors"));
    const config = copy("config");
    writeFileSync(join(folder, config, "config.yaml"), "data: {file: x}\nsteps: [1\n");
    const changed = copy("changed");
    const yaml = readFileSync(join(folder, changed, "config.yaml"), "utf8");
    writeFileSync(join(folder, changed, "config.yaml"), yaml.replace("steps: 80", "steps: 90").replace("- 8", "- 9"));
    const cases = [
      [newer, /made by ebbflow 9\.0\.0, format 99; .*upgrade/],
      [rows, /data\.safetensors is damaged: its rows do not match/],
      [config, /config\.yaml: .*sequence/],
      [changed, /changed.*: the checkpoint does not fit the configuration: params\.energy differs/],
    ] as const;
    for (const [run, message] of cases) {
      const { code, stdout, stderr } = await ebbflow(["resume", run, "-q"], folder);
      expect({ run, code, stdout }).toEqual({ run, code: 2, stdout: "" });
      expect(stderr).toMatch(message);
      const lines = stderr.trim().split("\n");
      expect(lines, stderr).toHaveLength(run === changed ? 2 : 1);
      if (run === changed) expect(lines[0]).toMatch(/^notice: .*config\.yaml was edited after the run was made/);
    }
  });

  test("a second process in the same folder is refused, and the first goes on", async () => {
    const { child, ended } = start(trainInto("busy", "--set", "steps=1000000"), folder);
    await until(() => checkpointSteps(join(folder, "busy")).some((step) => step > 0), "a checkpoint");
    for (const args of [
      ["resume", "busy"],
      ["evaluate", "busy"],
    ]) {
      const { code, stderr } = await ebbflow(args, folder);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).toMatch(/^error: busy is in use by process \d+/m);
    }
    const again = await ebbflow(trainInto("busy"), folder);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("busy exists and is not empty");
    // Reading does no harm.
    expect((await ebbflow(["sample", "busy", "-n", "3", "--last", "-q"], folder)).code).toBe(0);
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
  });

  test("numbers that break end the run with code 3, the step, the quantity and a state that loads", async () => {
    const wild = trainInto("wild", "--set", "optimizer.energy.learningRate=1000");
    const { code, stdout, stderr } = await ebbflow(wild, folder);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    const [, step, saved] =
      /error: step (\d+): energy\w+ is .*the state before it is saved as step (\d+)/.exec(stderr) ?? [];
    expect(Number(saved)).toBe(Number(step) - 1);
    expect(latestCheckpoint(join(folder, "wild/checkpoints")).checkpoint.step).toBe(Number(saved));
    // The same step fails again.
    const again = await ebbflow(["resume", "wild", "-q"], folder);
    expect(again.code).toBe(3);
    expect(again.stderr).toBe(stderr);
  });
});

/** A name space of its own, in which even an ordinary user may mount a small disk. */
const canMount =
  spawnSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"], { stdio: "ignore" }).status === 0;

describe("a disk", () => {
  test.runIf(canMount)("that fills up ends the run with code 2; with space again it goes on to the same end", () => {
    const ebb = `"${process.execPath}" "${main}"`;
    const args = trainInto("run")
      .map((arg) => `'${arg}'`)
      .join(" ");
    const script = `
      mount -t tmpfs -o size=400k tmpfs /mnt && cd /mnt || exit 99
      head -c 360k /dev/zero > filler
      ${ebb} ${args}; echo "first $?"
      df --output=avail . | tail -n 1
      ls run/checkpoints
      ${ebb} resume run -q; echo "second $?"
      rm filler
      ${ebb} resume run -q > /dev/null; echo "third $?"
      cp -r run '${folder}/disk'`;
    const { stdout, stderr, status } = spawnSync("unshare", ["-rm", "sh", "-c", script], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^first 2$/m);
    expect(stdout).toMatch(/^second 2$/m);
    expect(stdout).toMatch(/^third 0$/m);
    expect(stdout).toMatch(/^step-\d+\.safetensors$/m);
    expect(stderr).toMatch(/^error: cannot (write|create).*the disk is full/m);
    for (const file of ["checkpoints/step-00000080.safetensors", "metrics.ndjson", "summary.json"])
      expect(same("disk", file), file).toBe(true);
  });
});
