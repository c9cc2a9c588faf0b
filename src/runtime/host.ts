/** Where artifacts run: in this thread (`own-host.ts`), or in another (`remote-host.ts`). */

import type { Tensor } from "../util/tensor.js";
import type { Artifact } from "./artifact.js";
import type { Computes, Tensors } from "./engine.js";

/** A program that is loaded. Runs do not share state. */
export interface Session<Held> {
  /** What computes it, which may be another than it was loaded for. */
  readonly engine: Computes;
  /** From the tensors of its inputs, given or `held`, to those of its outputs, by name. Outputs named in `keep` are held. */
  run(
    feeds: Tensors,
    held: Readonly<Record<string, Held>>,
    keep: readonly string[],
  ): Promise<{ readonly outputs: Tensors; readonly kept: Readonly<Record<string, Held>> }>;
  /** Give back what it holds; it cannot run afterwards. */
  release(): Promise<void>;
}

/** `Held` is what it calls a tensor that stays where it was computed. */
export interface Host<Held, Loads = Artifact> {
  /** Rejects with the error of what refuses it: ONNX Runtime's own, a compiler's in one line. */
  load(artifact: Loads): Promise<Session<Held>>;
  /** A copy. */
  read(held: Held): Promise<Tensor>;
  /** It is not asked for again. */
  drop(held: Held): void;
}
