/** The contract of an engine: it compiles graphs of expressions, and keeps of their results what need not come back. */

import type { Expr } from "../ir/expr.js";
import type { TensorType } from "../ir/type.js";
import type { Tensor } from "../util/tensor.js";

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A tensor that stays with the engine that computed it. Given to the next run of any executable of that engine, it is
 * copied nowhere, whatever thread or device the engine computes on.
 */
export interface Resident extends TensorType {
  /** Its numbers, in an array of their own. Rejects once it was released. */
  read(): Promise<Tensor>;
  /** Give back its memory now; unless asked, when nobody holds it any more. */
  release(): void;
}

/** What a run takes, by name. */
export type Feeds = Readonly<Record<string, Tensor | Resident>>;

/** What a run gives, by name: tensors, or what stays with the engine where that was asked for. */
export type Results<Out extends string, Kept extends string> = { readonly [N in Exclude<Out, Kept>]: Tensor } & {
  readonly [N in Kept]: Resident;
};

/**
 * Builds of ONNX Runtime: its native library, that of browsers, and either of them on a graphics processor, by WebGPU or
 * by CUDA.
 */
export type OnnxBuild = "onnx" | "onnx-wasm" | "webgpu" | "cuda";

/** What computes a program: modules of our compiler, as C or WebAssembly, or ONNX Runtime. */
export type Computes = "c" | "wasm" | OnnxBuild;

/** Seconds that a run takes: for asking for operations, which is the same for few rows, and for what they come to. */
export interface RunTime {
  readonly asking: number;
  readonly computing: number;
}

/** A compiled program. Runs share nothing: the same inputs give the same outputs, bit for bit, and are not changed. */
export interface Executable<Out extends string = string, Kept extends string = never> {
  /** What computes it: engines choose for each program, and another computes what theirs cannot. */
  readonly engine: Computes;
  /**
   * Inputs are not to be changed until it resolves: when they are read depends on the engine.
   * @throws ShapeError when an input is missing or does not fit, was released, or stays with another engine.
   */
  run(inputs: Feeds): Promise<Results<Out, Kept>>;
}

export interface CompileOptions<Kept extends string = never> {
  /** Outputs that stay with the engine. */
  readonly resident?: readonly Kept[] | undefined;
  /**
   * Equal rows give equal bits, wherever they stand along the first axis and however many they are, as long as their
   * number is a multiple of 16. Unless asked, the engine may add up a row in another order at another place.
   */
  readonly steadyRows?: boolean | undefined;
  /**
   * What is to compute it, as `Engine.choose` said, where an engine has it and nothing else was asked for by name.
   * Programs of which parts are to agree bit for bit are computed by one.
   */
  readonly by?: Computes | undefined;
}

export interface Engine {
  /** Where it computes: `here`, in this thread, or in one of its own, a `worker`. */
  readonly name: string;
  /**
   * What computes a program that is run about so often with the least time in all, its preparation included: for
   * `CompileOptions.by`. Estimated from the graph alone, so that the same machine always says the same.
   */
  choose(results: readonly Expr[], runs: number): Promise<Computes>;
  /** About what a run takes on a processor, by the graph alone; `null` for a graphics processor, which is not known. */
  estimate(results: readonly Expr[], by: Computes): RunTime | null;
  /**
   * Compile the graph from the named inputs to the named outputs. Structure and shapes decide: compiling the same again
   * is cheap. @throws ShapeError when an output needs an input that was not named; the engine's own error where it
   * cannot compute the graph.
   */
  compile<Out extends Readonly<Record<string, Expr>>, Kept extends keyof Out & string = never>(
    inputs: Readonly<Record<string, Expr>>,
    outputs: Out,
    options?: CompileOptions<Kept>,
  ): Promise<Executable<keyof Out & string, Kept>>;
}
