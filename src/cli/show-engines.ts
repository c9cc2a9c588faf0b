/** What computes on this machine, and what would compute a training. */

import { askedEngine, processor } from "#ort";
import type { OpenRun } from "../run/open.js";
import { type Chosen, ENGINES, type EngineName, orderEngines, secondsOf } from "../runtime/choose.js";
import type { Computes, OnnxBuild } from "../runtime/engine.js";
import { expectRuntime, reasonOf } from "../runtime/load-runtime.js";
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

const BUILDS: Readonly<Record<OnnxBuild, string>> = {
  onnx: "ONNX Runtime, its native library: also what the others have no kernels for",
  "onnx-wasm": "ONNX Runtime, its build for WebAssembly",
  webgpu: "ONNX Runtime, on a graphics processor by WebGPU",
  cuda: "ONNX Runtime, on a graphics processor by CUDA",
};

/** Every engine on the processor, and a graphics processor where it is asked for: looking for one is work of its own. */
export async function findEngines(asked: EngineName = askedEngine()): Promise<EngineFound[]> {
  const { about, refused } = await findWriters("auto");
  const isTried = (name: EngineName): name is Computes =>
    name !== "auto" && (name === asked || (name !== "webgpu" && name !== "cuda"));
  const engines = ENGINES.filter(isTried).map(async (name): Promise<EngineFound> => {
    if (name === "c" || name === "wasm")
      return { name, there: about[name] !== undefined, about: about[name] ?? refused[name]! };
    return expectRuntime(name).then(
      () => ({ name, there: true, about: BUILDS[name] }),
      (error: unknown) => ({ name, there: false, about: reasonOf(error) }),
    );
  });
  return Promise.all(engines);
}

/** What would compute the training of a run, and the seconds that each is estimated to take with it, the first first. */
export interface TrainingEstimate {
  readonly steps: number;
  readonly engine: Computes;
  readonly seconds: Readonly<Partial<Record<Computes, number>>>;
}

export async function estimateTraining({ config, model }: OpenRun, asked = askedEngine()): Promise<TrainingEstimate> {
  const { steps } = config;
  const engines = await findEngines(asked);
  const there = engines.flatMap(({ name, there: is }) => (is ? [name] : []));
  const work = stepWork(stepOf(config, model));
  const onnx = there.includes(processor) ? processor : "onnx-wasm";
  const chosen = there.filter((name): name is Chosen => name === "c" || name === "wasm" || name === onnx);
  const order = orderEngines(chosen, work, steps);
  const engine = asked === "auto" ? order[0]! : (there.find((name) => name === asked) ?? onnx);
  return { steps, engine, seconds: Object.fromEntries(order.map((name) => [name, secondsOf(name, work, steps)])) };
}

/** For people. */
export function showEngines(engines: readonly EngineFound[], asked = askedEngine()): string {
  const rows = engines.map(({ name, there }) => [there ? "ok" : "no", name]);
  const words = engines.map(({ about }) => about);
  const lines =
    asked === "auto"
      ? [
          "Trainings and runs of chains are computed by what is done first of c, wasm and",
          "onnx, all else by onnx. Others are asked for by name: ebbflow doctor --engine",
          "webgpu, or cuda, looks for a graphics processor.",
        ]
      : [`${asked} is asked for.`];
  return [textTableWithWords(rows, words), ...lines].join("\n");
}

/** In one line. */
export function showEstimate({ steps, engine, seconds }: TrainingEstimate): string {
  const all = Object.entries(seconds).map(([name, s]) => `${name} ${show(Number(s.toPrecision(2)))} s`);
  return `${steps} steps of training would be computed by ${engine}; estimated: ${all.join(", ")}`;
}
