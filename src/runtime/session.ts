/** A place where programs run: they are loaded there, and what they compute may stay. */

import type { Expr } from "../ir/expr.js";
import type { Tensor } from "../util/tensor.js";
import type { CompileOptions, Computes, Tensors } from "./engine.js";

/** A program that is loaded. Runs do not share state. */
export interface Session<Held> {
  /** What computes it. */
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

export type Exprs = Readonly<Record<string, Expr>>;

/** `Held` is what it calls a tensor that stays where it was computed. */
export interface Place<Held> {
  readonly name: string;
  /** See `Engine.choose`. */
  choose(results: readonly Expr[], runs: number): Computes;
  /** Load the graph from inputs to outputs; cheap where it was loaded before. */
  load(inputs: Exprs, outputs: Exprs, options: CompileOptions<string>): Promise<Session<Held>>;
  /** A copy. */
  read(held: Held): Promise<Tensor>;
  /** It is not asked for again. */
  drop(held: Held): void;
}
