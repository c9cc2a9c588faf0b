/** ONNX Runtime for Node: the native library, or WebAssembly where it is not installed. */

import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import { type Chosen, type EngineName, readEngineName } from "./choose.js";
import type { OnnxBuild } from "./engine.js";
import { type OnnxRuntime, ortRuntime } from "./ort-runtime.js";
import { sayOnce } from "./say-once.js";

const SILENCE = "ORT_DISABLE_TELEMETRY";

// Else the native library writes a device id under the user's cache folder and looks up a host. It reads the environment
// of the process, which is this one, and of which threads that are started from here get a copy at least.
process.env[SILENCE] ??= "1";

/** A thread that was started with an environment of its own cannot set that of the process, which its report tells. */
function tellEnvironment(): void {
  const report = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined;
  if (isMainThread || !report) return;
  const { excludeNetwork = false } = report;
  // Names of a network's addresses are looked up.
  report.excludeNetwork = true;
  const { environmentVariables = {} } = report.getReport() as { readonly environmentVariables?: object };
  report.excludeNetwork = excludeNetwork;
  if (!(SILENCE in environmentVariables))
    sayOnce(
      `ebbflow: ONNX Runtime may send telemetry from this thread, which has an environment of its own: start it with env: SHARE_ENV, or the program with ${SILENCE}=1`,
    );
}

/**
 * A build: `onnx` is the native library, `webgpu` and `cuda` are that library on a graphics processor, which it looks for
 * when it loads a program. Rejects where it is not installed.
 */
export async function openRuntime(build: OnnxBuild): Promise<OnnxRuntime> {
  if (build === "onnx-wasm") return (await import("./ort-web.js")).openRuntime(build);
  tellEnvironment();
  const { default: ort } = await import("onnxruntime-node");
  // What it looks for and does not find it would write itself, beside the errors it throws.
  ort.env.logLevel = "fatal";
  return ortRuntime(build, ort);
}

/** What the environment asks for. */
export const askedEngine = (): EngineName => readEngineName(process.env.EBBFLOW_ENGINE);

/** Whether the native library is installed, which is optional. */
function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve("onnxruntime-node");
    return true;
  } catch {
    return false;
  }
}

/** ONNX Runtime on this machine's processor. */
export const processor: "onnx" | "onnx-wasm" = isInstalled() ? "onnx" : "onnx-wasm";

/** What computes a program for which nobody chose: native operations are fast and there at once, others are neither. */
export const usual: Chosen = processor === "onnx" ? "onnx" : "wasm";
