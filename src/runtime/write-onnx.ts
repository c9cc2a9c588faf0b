/** Programs as ONNX models. */

import { peakBytes } from "../ir/memory.js";
import { lower } from "../onnx/lower.js";
import { type OnnxArtifact, signatureOf, type Writer } from "./artifact.js";

/** Bytes from which on a program is large: its operations then take longer than making room for what they give. */
const LARGE = 2 ** 25;

/** For a build of ONNX Runtime. */
export const onnxWriter =
  (build: OnnxArtifact["build"]): Writer =>
  (inputs, outputs, { steadyRows }) => ({
    engine: "onnx",
    build,
    ...signatureOf(inputs, outputs),
    model: lower(inputs, outputs, { steadyRows }),
    large: peakBytes(Object.values(inputs), Object.values(outputs)) > LARGE,
  });
