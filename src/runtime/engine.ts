/** The engine that runs compiled programs: ONNX Runtime, native or WebAssembly, behind one small interface. */

import type { Tensor } from "../util/tensor.js";

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A model that is loaded. Runs do not share state. */
export interface Session {
  /** From the tensors of its inputs to those of its outputs, by the names of the model; what is given is not changed. */
  run(feeds: Tensors): Promise<Record<string, Tensor>>;
  /** Give back what it holds; it cannot run afterwards. */
  release(): Promise<void>;
}

export interface Engine {
  /** `native` is ONNX Runtime's CPU library for Node, `wasm` the build that also runs in a browser, `worker` either in a thread. */
  readonly name: "native" | "wasm" | "worker";
  /** Load the bytes of an ONNX model. Rejects with the engine's own error where it refuses them. */
  createSession(model: Uint8Array): Promise<Session>;
}
