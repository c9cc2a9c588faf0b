/** What computes on this machine, and what would compute a training. */

import { askedEngine, processor } from "#ort";
import { newestCheckpoint } from "../model/checkpoints.js";
import { folderAt } from "../model/files.node.js";
import { engineOf } from "../run/engine.js";
import type { OpenRun } from "../run/open.js";
import { type Chosen, ENGINES, type EngineName, orderEngines, secondsOf } from "../runtime/choose.js";
import type { Computes, OnnxBuild } from "../runtime/engine.js";
import { expectRuntime, reasonOf } from "../runtime/load-runtime.js";
import { findWriters } from "../runtime/writers.js";
import type { SessionMeta } from "../train/checkpoint.js";
import { stepOf } from "../train/step-spec.js";
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
  /** Those that are left. */
  readonly steps: number;
  /** What computed those that are done. */
  readonly began: Computes | null;
  readonly engine: Computes;
  readonly seconds: Readonly<Partial<Record<Computes, number>>>;
}

export async function estimateTraining(
  { config, model, directory }: OpenRun,
  notice: (text: string) => void,
  asked = engineOf(directory),
): Promise<TrainingEstimate> {
  const newest = await newestCheckpoint(folderAt(directory.path), "checkpoints", { notice });
  const { engine: before = "onnx", pretraining, ended } = (newest?.meta ?? {}) as Partial<SessionMeta>;
  // The first is of before the first step.
  const began = newest && (newest.step > 0 || pretraining) ? before : null;
  const steps = ended ? 0 : Math.max(0, config.steps - (newest && !pretraining ? newest.step : 0));
  const engines = await findEngines(asked);
  const there = engines.flatMap(({ name, there: is }) => (is ? [name] : []));
  const work = stepWork(stepOf(config, model));
  const onnx = there.includes(processor) ? processor : "onnx-wasm";
  const chosen = there.filter((name): name is Chosen => name === "c" || name === "wasm" || name === onnx);
  const order = orderEngines(chosen, work, steps);
  const named = asked === "auto" ? began : asked;
  const engine = named === null ? order[0]! : (there.find((name) => name === named) ?? onnx);
  return {
    steps,
    began,
    engine,
    seconds: Object.fromEntries(order.map((name) => [name, secondsOf(name, work, steps)])),
  };
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
export function showEstimate({ steps, began, engine, seconds }: TrainingEstimate): string {
  if (steps === 0) return `its training was computed by ${began}`;
  const all = Object.entries(seconds).map(([name, s]) => `${name} ${show(Number(s.toPrecision(2)))} s`);
  const past = began === null ? "" : `, as those before were by ${began}`;
  const left = began === null ? "" : " that are left";
  return `${steps} steps of training${left} would be computed by ${engine}${past}; estimated: ${all.join(", ")}`;
}
