/** A place where ONNX models run: ONNX Runtime in this thread, or in another. */

import type { Tensor } from "../util/tensor.js";
import type { Tensors } from "./engine.js";

/** A model that is loaded. Runs do not share state. */
export interface Session<Held> {
  /**
   * From the tensors of its inputs, given or `held`, to those of its outputs, by the names of the model. Outputs named
   * in `keep` are held.
   */
  run(
    feeds: Tensors,
    held: Readonly<Record<string, Held>>,
    keep: readonly string[],
  ): Promise<{ readonly outputs: Tensors; readonly kept: Readonly<Record<string, Held>> }>;
  /** Give back what it holds; it cannot run afterwards. */
  release(): Promise<void>;
}

export interface LoadOptions {
  /** Whether its values take so much memory that room for all of them is not kept a second time, which saves little time. */
  readonly large?: boolean;
}

/** `Held` is what it calls a tensor that stays where it was computed. */
export interface OnnxRuntime<Held> {
  readonly name: string;
  /** Load the bytes of a model. Rejects with ONNX Runtime's own error where it refuses them. */
  load(model: Uint8Array, options?: LoadOptions): Promise<Session<Held>>;
  /** A copy. */
  read(held: Held): Promise<Tensor>;
  /** It is not asked for again. */
  drop(held: Held): void;
}
