/** What a run of chains gives, and what it tells on the way. */

import type { Computes } from "../../runtime/engine.js";
import type { FloatTensor } from "../../util/tensor.js";
import type { SampleCheckpoint } from "./position.js";
import type { Restart } from "./restart.js";

/** How far a run is. */
export interface SampleProgress {
  /** Steps done and to do, warm-up included. */
  readonly done: number;
  readonly total: number;
  readonly phase: "warmup" | "draws";
  /** Mean of the kernel's info over the last steps, by name. */
  readonly info: Readonly<Record<string, number>>;
  /** The options being tuned, as they are now: the geometric mean over the chains. */
  readonly tuned: Readonly<Record<string, number>>;
}

/** A chain that never moved, and what was found to stand in its way. */
export interface StuckChain {
  /** From 0. */
  readonly chain: number;
  /** Where it stands, the numbers of a point. */
  readonly at: readonly number[];
  /** Coordinates by which the gradient is not finite there. */
  readonly gradient: readonly number[];
  /** Coordinates along which a small step leads to where the energy, or a gradient that is followed, is not finite. */
  readonly beside: readonly number[];
  /** Its step size, where that was found so small that it stands for no step; else `null`. */
  readonly tinyStep: number | null;
}

export interface Samples {
  /** `(chains, draws, ...event)`. */
  readonly x: FloatTensor;
  /** What the kernel reports of the step that led to each draw, `(chains, draws)`; nothing of steps thinned away, but that one of them failed (diverged). */
  readonly info: Readonly<Record<string, FloatTensor>>;
  /** Tuned options, a number a chain, as they were frozen after the warm-up. */
  readonly tuned: Readonly<Record<string, readonly number[]>>;
  /** The scale learned in the warm-up; `null` for a kernel in the target's own coordinates. */
  readonly scale: FloatTensor | null;
  /** What computed its steps. */
  readonly engine: Computes;
  /** Name of the sampler that ran, and whether its stationary law is `p`. */
  readonly sampler: string;
  readonly exact: boolean;
  /** Whether the chains are one population rather than independent repetitions. */
  readonly interacts: boolean;
  /** Chains that never moved, none where a run is short. */
  readonly stuck: readonly StuckChain[];
  /** Chains that were restarted in the warm-up, since they stood and it was asked for. */
  readonly restarts: readonly Restart[];
  /** `false` when the run was stopped before its end. */
  readonly complete: boolean;
  /** What the draws cost: gradient evaluations of one chain, and seconds; the warm-up is apart. */
  readonly cost: { readonly gradients: number; readonly seconds: number; readonly warmupSeconds: number };
  /** Everything the rest of the run depends on. */
  readonly checkpoint: SampleCheckpoint;
}
