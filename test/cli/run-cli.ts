/** The built command line as people run it: a process with arguments, two streams and an exit code. */

import { type ChildProcess, fork, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";

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

const started = new Set<string>();
let warm: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Run `ebbflow` to its end: each command of a test file in a process of its own the first time, and then in one that is
 * kept, command lines one after another, since to start one takes longer than most of them.
 */
export function ebbflow(args: readonly string[], cwd: string): Promise<Ended> {
  const command = `${expect.getState().testPath} ${args[0]}`;
  if (!started.has(command)) {
    started.add(command);
    return start(args, cwd).ended;
  }
  const ended = last.then(() => askWarm(args, cwd));
  last = ended.catch(() => undefined);
  return ended;
}

function askWarm(args: readonly string[], cwd: string): Promise<Ended> {
  const child = warm?.connected ? warm : forkWarm();
  warm = child;
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) =>
      reject(new Error(`ebbflow ${args.join(" ")} ended the process, code ${code}`));
    child.once("exit", gone);
    child.once("message", (ended) => {
      child.off("exit", gone);
      resolve(ended as Ended);
    });
    child.send({ args, cwd });
  });
}

/** It ends when this process does. */
function forkWarm(): ChildProcess {
  const child = fork(new URL("warm-process.mjs", import.meta.url), { env: { ...process.env, NO_COLOR: "1" } });
  child.unref();
  child.channel?.unref();
  return child;
}

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
