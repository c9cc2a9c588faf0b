/** ONNX Runtime in this thread, whichever build it is. */

import type * as ort from "onnxruntime-common";
import { newTurns } from "../util/in-turn.js";
import { mapValues } from "../util/records.js";
import type { DType, Tensor, TypedArray } from "../util/tensor.js";
import type { OnnxArtifact } from "./artifact.js";
import type { OnnxBuild } from "./engine.js";
import type { Host } from "./host.js";

export type OnnxModel = Pick<OnnxArtifact, "model" | "large">;

/** What loads ONNX models. */
export interface OnnxRuntime extends Host<ort.Tensor, OnnxModel> {
  readonly name: OnnxBuild;
}

const renamed = <T>(record: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));
/** In a model, inputs and outputs have names of their own. */
const given = (name: string): string => `in:${name}`;
const plain = (name: string): string => name.slice("out:".length);

/**
 * One thread a session: programs are made of small operations, for which a second thread costs more than it gives;
 * chains, seeds and runs are what is spread over cores. Logging is for errors only.
 */
const sessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  logSeverityLevel: 3,
} as const;

/** What of a build computes: it leaves to the processor what it has no kernels for. */
const PROVIDERS: Readonly<Record<OnnxBuild, string>> = {
  onnx: "cpu",
  "onnx-wasm": "wasm",
  webgpu: "webgpu",
  cuda: "cuda",
};

/** A build of ONNX Runtime. What it keeps are its own tensors. */
export const ortRuntime = (
  name: OnnxBuild,
  { InferenceSession, Tensor: OrtTensor }: Pick<typeof ort, "InferenceSession" | "Tensor">,
): OnnxRuntime => ({
  name,
  async load({ model, large }) {
    const executionProviders = [PROVIDERS[name]];
    const session = await InferenceSession.create(model, {
      ...sessionOptions,
      // A plan of memory is a block of its own, beside the values of the first run, which are given back to no one.
      ...{ executionProviders, enableMemPattern: !large },
    });
    return {
      engine: name,
      async run(feeds, held, keep) {
        const fed = mapValues(feeds, ({ dtype, data, shape }) => new OrtTensor(dtype, data, shape));
        const results = renamed(await session.run(renamed({ ...fed, ...held }, given)), plain);
        const kept: Record<string, ort.Tensor> = {};
        const outputs: Record<string, Tensor> = {};
        for (const [out, result] of Object.entries(results))
          if (keep.includes(out)) kept[out] = result;
          else outputs[out] = fetched(result);
        return { outputs, kept };
      },
      release: () => session.release(),
    };
  },
  async read(held) {
    const { data, ...type } = fetched(held);
    return { ...type, data: data.slice() };
  },
  // The memory is this thread's own: its collector sees it.
  drop() {},
});

/** A build that does one thing at a time: while it waits for a device it takes nothing else on. */
export function inTurns({ load, ...runtime }: OnnxRuntime): OnnxRuntime {
  const turn = newTurns();
  return {
    ...runtime,
    async load(artifact) {
      const session = await turn(() => load(artifact));
      return {
        engine: session.engine,
        run: (...given) => turn(() => session.run(...given)),
        release: () => turn(() => session.release()),
      };
    },
  };
}

const fetched = (t: ort.Tensor): Tensor => ({
  dtype: t.type as DType,
  shape: [...t.dims],
  data: t.data as TypedArray,
});
