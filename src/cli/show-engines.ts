/** What computes on this machine, and what would compute a training. */

import { askedEngine, loadRuntime } from "#ort";
import type { OpenRun } from "../run/open.js";
import { type EngineName, orderEngines, secondsOf } from "../runtime/choose.js";
import type { Computes } from "../runtime/engine.js";
import { findWriters } from "../runtime/writers.js";
import { stepOf } from "../train/start.js";
import { stepWork } from "../train/trainer.js";
import { textTableWithWords } from "../util/text-table.js";
import { show } from "../util/words.js";

/** An engine that is there, or why it is not. */
export interface EngineFound {
  readonly name: Computes;
  readonly there: boolean;
  readonly about: string;
}

async function aboutOnnx(asked: EngineName): Promise<string> {
  const { name } = await loadRuntime(asked === "c" || asked === "wasm" ? "auto" : asked);
  const builds: Record<string, string> = { onnx: "its native library", "onnx-wasm": "its build for WebAssembly" };
  return `ONNX Runtime, ${builds[name] ?? `on ${name}`}: also what the others have no kernels for`;
}

/** Every engine, whatever is asked for. */
export async function findEngines(asked: EngineName = askedEngine()): Promise<EngineFound[]> {
  const { about, refused } = await findWriters("auto");
  const compiled = (["c", "wasm"] as const).map((name) => ({
    ...{ name, there: about[name] !== undefined, about: about[name] ?? refused[name]! },
  }));
  return [...compiled, { name: "onnx", there: true, about: await aboutOnnx(asked) }];
}

/** What would compute the training of a run, and the seconds that each is estimated to take with it, the first first. */
export interface TrainingEstimate {
  readonly steps: number;
  readonly engine: Computes;
  readonly seconds: Readonly<Partial<Record<Computes, number>>>;
}

export async function estimateTraining({ config, model }: OpenRun, asked = askedEngine()): Promise<TrainingEstimate> {
  const { steps } = config;
  const there = (await findEngines(asked)).flatMap(({ name, there: is }) => (is ? [name] : []));
  const work = stepWork(stepOf(config, model));
  const order = orderEngines(there, work, steps);
  const named = there.find((name) => name === asked);
  const engine = asked === "auto" ? order[0]! : (named ?? "onnx");
  return { steps, engine, seconds: Object.fromEntries(order.map((name) => [name, secondsOf(name, work, steps)])) };
}

/** For people. */
export function showEngines(engines: readonly EngineFound[], asked = askedEngine()): string {
  const rows = engines.map(({ name, there }) => [there ? "ok" : "no", name]);
  const words = engines.map(({ about }) => about);
  const line =
    asked === "auto"
      ? "Trainings and runs of chains are computed by what is done first, all else by ONNX Runtime."
      : `${asked} is asked for.`;
  return `${textTableWithWords(rows, words)}\n${line}`;
}

/** In one line. */
export function showEstimate({ steps, engine, seconds }: TrainingEstimate): string {
  const all = Object.entries(seconds).map(([name, s]) => `${name} ${show(Number(s.toPrecision(2)))} s`);
  return `${steps} steps of training would be computed by ${engine}; estimated: ${all.join(", ")}`;
}
