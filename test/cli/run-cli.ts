/** The built command line as people run it: a process with arguments, two streams and an exit code. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
export const penguins = fileURLToPath(new URL("../../examples/penguins.csv", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Start `ebbflow` with arguments; `wrap` is a command to run it in. */
export function start(args: readonly string[], cwd: string, wrap: readonly string[] = []): Running {
  const [command, ...rest] = [...wrap, process.execPath, main, ...args] as [string, ...string[]];
  const child = spawn(command, rest, {
    cwd,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    let [stdout, stderr] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Run `ebbflow` to its end. */
export const ebbflow = (args: readonly string[], cwd: string): Promise<Ended> => start(args, cwd).ended;

/** A folder that is removed after the file's tests. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Settings of a model so small that a step takes about a millisecond. */
export const tiny: readonly string[] = [
  "energy.hidden=[8]",
  "flow.layers=2",
  "flow.hidden=[8]",
  "objective.chains=32",
  "objective.localSteps=2",
  "batch=32",
  "draws=500",
].flatMap((setting) => ["--set", setting]);

/** Steps of the checkpoints in a run's folder, ascending. */
export function checkpointSteps(run: string): number[] {
  const folder = join(run, "checkpoints");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => /^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Resolves as soon as `holds` does. */
export async function until(holds: () => boolean, what: string, seconds = 30): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`after ${seconds} s there was still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
