/** ONNX Runtime, whichever build it is, as an engine. */

import type * as ort from "onnxruntime-common";
import { mapValues } from "../util/records.js";
import type { DType, Tensor, TypedArray } from "../util/tensor.js";
import type { Engine } from "./engine.js";

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

/** An engine of a build of ONNX Runtime. */
export const ortEngine = (
  name: "native" | "wasm",
  { InferenceSession, Tensor: OrtTensor }: Pick<typeof ort, "InferenceSession" | "Tensor">,
): Engine => ({
  name,
  async createSession(model) {
    const executionProviders = [name === "native" ? "cpu" : "wasm"];
    const session = await InferenceSession.create(model, { ...sessionOptions, executionProviders });
    return {
      async run(feeds) {
        const given = mapValues(feeds, ({ dtype, data, shape }) => new OrtTensor(dtype, data, shape));
        return mapValues(await session.run(given), fetched);
      },
      release: () => session.release(),
    };
  },
});

const fetched = (t: ort.Tensor): Tensor => ({
  dtype: t.type as DType,
  shape: [...t.dims],
  data: t.data as TypedArray,
});
