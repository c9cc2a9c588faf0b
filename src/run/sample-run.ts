/** New points from a run in its folder. */

import { type DrawnPoints, type DrawOptions, drawPoints } from "../train/draw-points.js";
import type { LearnedAt, OpenRun } from "./open.js";

/** Draw points with the parameters a run arrived at. */
export const sampleRun = (
  { model, data }: OpenRun,
  parameters: LearnedAt,
  options: DrawOptions,
): Promise<DrawnPoints> => drawPoints(model, parameters, data, options);
