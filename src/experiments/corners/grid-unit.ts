/** One training of the grid over dimension and separation: whether the weights of the modes come out right. */

import { measureWeights, type WeightsFound } from "./measure.js";
import { settingsOf, type Training, trainCorners } from "./unit.js";

export interface GridUnit extends Omit<Training, "offset"> {
  /** Distance between neighbouring clouds, in their standard deviations: `2a√(d/2)`. */
  readonly separation: number;
}

export interface GridResult {
  /** `null` where the training left the numbers. */
  readonly measured: WeightsFound | null;
  readonly seconds: number;
  readonly failure: string | null;
}

export type GridRun = GridUnit & GridResult;

const trainingOf = ({ separation, ...unit }: GridUnit): Training => ({
  ...unit,
  offset: separation / (2 * Math.sqrt(unit.dimension / 2)),
});

export const gridSettings = (unit: GridUnit): unknown => settingsOf(trainingOf(unit));

/** Train once and weigh the modes. */
export async function runGridUnit(unit: GridUnit, tick: (done: number) => void): Promise<GridResult> {
  const { bench, ...result } = await trainCorners(trainingOf(unit), tick);
  return { ...result, measured: bench && (await measureWeights(bench)) };
}
