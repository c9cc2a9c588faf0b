/** The laws that a run's model is compared with. */

import { runKey } from "../config/prepare.js";
import { type BaselineLaw, baselineLaws } from "../evaluation/baseline.js";
import { fold, type Key } from "../random/key.js";
import type { OpenRun } from "./open.js";

/** The key of a run's evaluation. */
export const evaluationKey = (config: OpenRun["config"]): Key => fold(runKey(config), "evaluate");

/** Fitted to its training rows, which takes a second or more: the same ones whenever they are asked for. */
export const lawsOf = ({ config, data, model }: OpenRun, further: boolean): readonly BaselineLaw[] =>
  baselineLaws(model.energy.support, data.train, { further, key: fold(evaluationKey(config), "baselines") });
