/** ONNX Runtime by the build that is asked for, or in words by the processor's where that is not there. */

import { openRuntime, processor } from "#ort";
import { lower } from "../onnx/lower.js";
import { input } from "../ops/leaf.js";
import { InputError } from "../util/errors.js";
import type { OnnxArtifact } from "./artifact.js";
import type { OnnxBuild } from "./engine.js";
import type { OnnxRuntime } from "./ort-runtime.js";
import { sayOnce } from "./say-once.js";

/** A build that loads programs. Rejects with the reason where there is none. */
export async function expectRuntime(build: OnnxBuild): Promise<OnnxRuntime> {
  const runtime = await openRuntime(build);
  const x = input("x", [1]);
  const session = await runtime.load({ model: lower({ x }, { y: x }), large: false });
  await session.release();
  return runtime;
}

/**
 * `auto` is the build of this machine's processor, or else that of browsers.
 * @throws InputError where the processor's own is asked for by name, and cannot be loaded: nothing takes its place.
 */
export async function loadRuntime(build: OnnxArtifact["build"] = "auto"): Promise<OnnxRuntime> {
  if (build === "auto") return openRuntime(processor).catch(() => openRuntime("onnx-wasm"));
  try {
    return await expectRuntime(build);
  } catch (error) {
    if (build === processor)
      throw new InputError(`engine ${build} cannot be loaded: ${reasonOf(error)}; ask for no engine by name`);
    sayOnce(`ebbflow: engine ${build}: ${reasonOf(error)}; ONNX Runtime computes on the processor instead`);
    return loadRuntime();
  }
}

/** What an error says first, without the place in ONNX Runtime's code where a condition did not hold. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split("\n")[0]!
    .replace(/^.* was false\. /, "")
    .slice(0, 200);
