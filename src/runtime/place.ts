/** A place where programs run: they are loaded there, and what they compute may stay. */

import type { Expr } from "../ir/expr.js";
import type { Exprs } from "./artifact.js";
import type { CompileOptions, Computes, RunTime } from "./engine.js";
import type { Host, Session } from "./host.js";

export interface Place<Held> extends Pick<Host<Held>, "read" | "drop"> {
  readonly name: string;
  /** See `Engine.choose`. */
  choose(results: readonly Expr[], runs: number): Promise<Computes>;
  /** See `Engine.estimate`. */
  estimate(results: readonly Expr[], by: Computes): RunTime | null;
  /** Load the graph from inputs to outputs; cheap where it was loaded before. */
  load(inputs: Exprs, outputs: Exprs, options: CompileOptions<string>): Promise<Loaded<Held>>;
}

export interface Loaded<Held> {
  /** What computes it. */
  readonly engine: Computes;
  readonly session: Session<Held>;
}
