/** What a model is judged by, and what is found: plain data. */

import type { Evaluation } from "ebbflow/evaluation";
import type { Learned } from "ebbflow/inference";
import type { ChainVerdict, ModeJumps, ModeWeights } from "ebbflow/metrics";
import type { Setup } from "../messages.js";

/** A model at the parameters of a step. */
export interface Order {
  readonly setup: Setup;
  readonly step: number;
  readonly learned: Learned;
}

/** Chains that were run on the energy as it stood, which did not change under them. */
export interface JudgedRun {
  readonly sampler: string;
  /** Whether they started at draws of the flow, or else at rows of the data. */
  readonly from: "flow" | "data";
  readonly chains: number;
  readonly draws: number;
  readonly verdict: ChainVerdict;
  /** Draws of each chain by their rank among all, `[chain][bin]`, a table a column. */
  readonly ranks: readonly { readonly name: string; readonly counts: readonly (readonly number[])[] }[];
  /** Where the law behind the rows has modes. */
  readonly jumps: ModeJumps | null;
  readonly weights: ModeWeights | null;
}

/** log Z by a grid over all of the plane, in the coordinates of the model, and the mass near its edge. */
export interface GridTruth {
  readonly logZ: number;
  readonly edgeMass: number;
  readonly side: number;
}

export interface Judgement {
  readonly step: number;
  readonly evaluation: Evaluation;
  readonly grid: GridTruth | null;
}

/** What is told as soon as it is known. */
export type JudgingNews =
  | { readonly type: "chains"; readonly run: JudgedRun }
  | { readonly type: "judged"; readonly judgement: Judgement };
