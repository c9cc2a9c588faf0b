/** What `summary.json` holds. */

import type { Evaluation } from "../evaluation/evaluate.js";
import type { Computes } from "../runtime/engine.js";
import type { HealthFinding } from "../train/health.js";
import type { Calibration } from "./coverage.js";

export interface RunSummary {
  /** Steps trained. */
  readonly steps: number;
  /** The step whose parameters were evaluated. */
  readonly selected: number;
  /** Set where the training ended before its last step, by its patience. */
  readonly ended?: true;
  /** What computed the steps of the training; absent in summaries of before there was a choice. */
  readonly engine?: Computes;
  readonly evaluation: Evaluation;
  /** Whether regions of highest density hold the held-out rows they should; absent without such rows or a report. */
  readonly calibration?: Calibration;
  /** What was wrong with the training; absent in summaries of before it was watched. */
  readonly health?: readonly HealthFinding[];
}
