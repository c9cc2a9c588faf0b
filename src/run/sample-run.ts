/** New points from a run in its folder. */

import { trainedModel } from "../config/what-is-trained.js";
import { type DrawnPoints, type DrawOptions, drawPoints } from "../inference/draw-points.js";
import type { LearnedAt, OpenRun } from "./open.js";

/** Draw points with the parameters a run arrived at, of what its objective trains. */
export const sampleRun = (run: OpenRun, parameters: LearnedAt, options: DrawOptions): Promise<DrawnPoints> =>
  drawPoints(trainedModel(run.config, run.model), parameters, run.data, options);
