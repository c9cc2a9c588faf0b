/** One scale of colours for several densities, so that the same colour is the same density in all of them. */

import { type GridDensity, gridMasses } from "../../metrics/goodness/grid.js";
import { InputError } from "../../util/errors.js";
import { formatNumber, powerOfTen } from "../format.js";
import { rampOf } from "../theme.js";
import { niceStep } from "./axes.js";

export interface DensityScale {
  readonly spacing: "linear" | "log";
  /** Densities at which the colour changes, increasing; one colour more than there are of them. */
  readonly thresholds: readonly number[];
}

/** Powers of ten that a logarithmic scale shows. */
const DECADES = 6;

/** `p = exp(logP)/∫ exp(logP)` on its grid, per unit of area. @throws NumericError for NaN or no density at all. */
export function gridDensity({ grid, logP }: GridDensity): Float64Array {
  return gridMasses("gridDensity", grid, logP).masses.map((m) => m / grid.cell);
}

/**
 * Round thresholds up to the highest density of all fields: at most 9 equal steps, or the last 6 powers of ten.
 * Linear shows the weight of modes, which is what goes wrong most; logarithmic shows tails and the bridges between modes.
 * @throws InputError without a field, NumericError for NaN or a field without density.
 */
export function densityScale(
  fields: readonly GridDensity[],
  spacing: DensityScale["spacing"] = "linear",
): DensityScale {
  if (fields.length === 0) throw new InputError("densityScale: no densities; give at least one");
  const top = fields.reduce((most, field) => gridDensity(field).reduce((a, b) => Math.max(a, b), most), 0);
  if (spacing === "log") {
    const last = Math.ceil(Math.log10(top)) - 1;
    return { spacing, thresholds: Array.from({ length: DECADES }, (_, i) => Number(`1e${last - DECADES + 1 + i}`)) };
  }
  const step = niceStep(top / 9.5);
  const count = Math.ceil(top / step - 1e-9) - 1;
  return { spacing, thresholds: Array.from({ length: Math.max(1, count) }, (_, i) => rounded((i + 1) * step)) };
}

const rounded = (x: number): number => Number(x.toPrecision(12));

/** Colours of a scale, from none to highest. */
export const bandColours = ({ thresholds }: DensityScale): readonly string[] => rampOf(thresholds.length + 1);

/** How a threshold is written beside its colour. */
export const showThreshold = (x: number, { spacing }: DensityScale): string =>
  spacing === "linear"
    ? formatNumber(Number(x.toPrecision(3)), 3)
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, "")
    : powerOfTen(Math.round(Math.log10(x)));

/**
 * What Plot's contours take: values row by row from below, with their thresholds. Logarithmic fields are contoured as
 * logarithms, because between two cells a density that falls by decades is far from a straight line.
 */
export function contourField(
  field: GridDensity,
  scale: DensityScale,
): { values: Float64Array; thresholds: readonly number[] } {
  const { side } = field.grid;
  const floor = Math.log10(scale.thresholds[0] ?? 1) - 2;
  const level = (p: number): number =>
    scale.spacing === "linear" ? p : p > 0 ? Math.max(floor, Math.log10(p)) : floor;
  const density = gridDensity(field);
  const values = new Float64Array(side * side);
  // The grid holds x by rows, Plot y by rows.
  for (let i = 0; i < side; i++) for (let j = 0; j < side; j++) values[j * side + i] = level(density[i * side + j]!);
  return { values, thresholds: scale.thresholds.map(level) };
}
