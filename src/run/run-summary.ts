/** What `summary.json` holds. */

import type { Evaluation } from "../evaluation/evaluate.js";
import type { HealthFinding } from "../train/health.js";

export interface RunSummary {
  /** Steps trained. */
  readonly steps: number;
  /** The step whose parameters were evaluated. */
  readonly selected: number;
  /** Set where the training ended before its last step, by its patience. */
  readonly ended?: true;
  readonly evaluation: Evaluation;
  /** What was wrong with the training; absent in summaries of before it was watched. */
  readonly health?: readonly HealthFinding[];
}
