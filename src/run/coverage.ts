/** Whether the regions of highest density of a run's model hold the held-out rows they should. */

import { runKey } from "../config/prepare.js";
import { type DensityCoverage, densityCoverage } from "../metrics/goodness/density-coverage.js";
import type { Trained } from "../model/trained.js";
import { fold } from "../random/key.js";
import { fewer, type ModelDraws } from "./model-draws.js";
import type { OpenRun } from "./open.js";

/** Draws that are enough where each takes many values of the energy. */
const FEW = 2000;
/** How often a right model is said to be off. */
const FALSE_ALARMS = 0.05;

/** What is kept of it: all but the places of single rows. */
export interface Calibration extends Omit<DensityCoverage, "below"> {
  /** Held-out rows. */
  readonly rows: number;
  /** Why the draws it is by may not be the model's; `null` where nothing speaks against them. */
  readonly doubt: string | null;
}

/** By the log-densities of test rows among those of draws. */
export async function coverageOf(run: OpenRun, trained: Trained, all: ModelDraws): Promise<DensityCoverage> {
  const { coordinates, test } = run.data;
  // Of cells that stand for intervals a density is the mean of many.
  const { x, weights, size } = coordinates.noisy.length > 0 ? fewer(all, FEW) : all;
  return densityCoverage({
    rows: await trained.logDensity(coordinates.decode(test)),
    draws: await trained.logDensity(x),
    ...{ weights, size, key: fold(runKey(run.config), "coverage") },
  });
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** What of it is kept. */
export const calibrationOf = ({ below, ...rest }: DensityCoverage, { doubt }: ModelDraws): Calibration => ({
  ...{ ...rest, rows: below.length, doubt },
});

const chance = (pValue: number): string => (pValue < 1e-4 ? "p < 0.0001" : `p = ${pValue.toPrecision(2)}`);

/** What is wrong where it speaks against the model, in words; `null` where it does not. */
function fault({ pValue, middle }: Pick<DensityCoverage, "pValue" | "middle">): string | null {
  if (pValue > FALSE_ALARMS) return null;
  return middle < 0.5
    ? `rows lie where the model is thinner than for its own draws: it is too sure of itself, or misses where rows are (${chance(pValue)})`
    : `rows lie where the model is denser than for its own draws: it is too wide, or has mass where no rows are (${chance(pValue)})`;
}

const ALARMS = `a right model is said to be off one time in ${1 / FALSE_ALARMS}`;

/** That it speaks against the model, in a sentence; `null` where it does not, or is by draws that are not to be trusted. */
export function againstModel({ doubt, ...coverage }: Calibration): string | null {
  const found = doubt === null ? fault(coverage) : null;
  return found && `Held-out ${found}; ${ALARMS}.`;
}

/** What it says, in a sentence or two. */
export function coverageWords(coverage: DensityCoverage): string {
  const { regions, pValue, below } = coverage;
  const held = regions.map(
    ({ mass, rows }, i) =>
      `${percent(rows.value)} ${i === 0 ? "lie in the densest region that holds" : "in that of"} ${percent(mass)}${i === 0 ? " of the model" : ""}`,
  );
  const found = fault(coverage);
  const verdict = found ? `The ${found}` : `Nothing speaks against the model in that (${chance(pValue)})`;
  return `Of ${below.length} rows that training never saw, ${held.join(", ")}. ${verdict}; ${ALARMS}.`;
}
