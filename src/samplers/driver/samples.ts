/** What a run of chains gives, and what it tells on the way. */

import type { FloatTensor } from "../../util/tensor.js";
import type { SampleCheckpoint } from "./position.js";

/** How far a run is. */
export interface SampleProgress {
  /** Steps done and to do, warm-up included. */
  readonly done: number;
  readonly total: number;
  readonly phase: "warmup" | "draws";
  /** Mean of the kernel's info over the last steps, by name. */
  readonly info: Readonly<Record<string, number>>;
  /** The options being tuned, as they are now. */
  readonly tuned: Readonly<Record<string, number>>;
}

export interface Samples {
  /** `(chains, draws, ...event)`. */
  readonly x: FloatTensor;
  /** What the kernel reports of the step that led to each draw, `(chains, draws)`; nothing of steps thinned away. */
  readonly info: Readonly<Record<string, FloatTensor>>;
  /** Tuned options, as they were frozen after the warm-up. */
  readonly tuned: Readonly<Record<string, number>>;
  /** The scale learned in the warm-up; `null` for a kernel in the target's own coordinates. */
  readonly scale: FloatTensor | null;
  /** Name of the sampler that ran, and whether its stationary law is `p`. */
  readonly sampler: string;
  readonly exact: boolean;
  /** Whether the chains are one population rather than independent repetitions. */
  readonly interacts: boolean;
  /** `false` when the run was stopped before its end. */
  readonly complete: boolean;
  /** What the draws cost: gradient evaluations of one chain, and seconds; the warm-up is apart. */
  readonly cost: { readonly gradients: number; readonly seconds: number; readonly warmupSeconds: number };
  /** Everything the rest of the run depends on. */
  readonly checkpoint: SampleCheckpoint;
}
