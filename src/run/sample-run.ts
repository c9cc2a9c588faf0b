/** New points from a run in its folder. */

import { type DrawnPoints, type DrawOptions, drawPoints } from "../train/draw-points.js";
import type { LearnedAt, OpenRun } from "./open.js";
import { trainedModel } from "./trained.js";

/** Draw points with the parameters a run arrived at, of what its objective trains. */
export const sampleRun = (run: OpenRun, parameters: LearnedAt, options: DrawOptions): Promise<DrawnPoints> =>
  drawPoints(trainedModel(run), parameters, run.data, options);
