/** ONNX Runtime in this thread, whichever build it is. */

import type * as ort from "onnxruntime-common";
import { mapValues } from "../util/records.js";
import type { DType, Tensor, TypedArray } from "../util/tensor.js";
import type { OnnxRuntime } from "./onnx-runtime.js";

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

/** A build of ONNX Runtime. What it keeps are its own tensors. */
export const ortRuntime = (
  name: "onnx" | "onnx-wasm",
  { InferenceSession, Tensor: OrtTensor }: Pick<typeof ort, "InferenceSession" | "Tensor">,
): OnnxRuntime<ort.Tensor> => ({
  name,
  async load(model, { large = false } = {}) {
    const executionProviders = [name === "onnx" ? "cpu" : "wasm"];
    const session = await InferenceSession.create(model, {
      ...sessionOptions,
      // A plan of memory is a block of its own, beside the values of the first run, which are given back to no one.
      ...{ executionProviders, enableMemPattern: !large },
    });
    return {
      engine: "onnx",
      async run(feeds, held, keep) {
        const given = mapValues(feeds, ({ dtype, data, shape }) => new OrtTensor(dtype, data, shape));
        const results = await session.run({ ...given, ...held });
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

const fetched = (t: ort.Tensor): Tensor => ({
  dtype: t.type as DType,
  shape: [...t.dims],
  data: t.data as TypedArray,
});
