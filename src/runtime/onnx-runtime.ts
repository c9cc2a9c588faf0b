/** A place where ONNX models run: ONNX Runtime in this thread, or in another. */

import type { Tensor } from "../util/tensor.js";
import type { Session } from "./session.js";

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
