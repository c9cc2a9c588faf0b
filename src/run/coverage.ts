/** Whether the regions of highest density of a run's model hold the held-out rows they should. */

import { runKey } from "../config/prepare.js";
import { type DensityCoverage, densityCoverage } from "../metrics/goodness/density-coverage.js";
import { fold } from "../random/key.js";
import { fewer } from "./model-draws.js";
import type { RunView } from "./view.js";

/** Draws that are enough where each takes many values of the energy. */
const FEW = 2000;
/** How often a right model is said to be off. */
const FALSE_ALARMS = 0.05;

/** By the log-densities of test rows among those of draws. */
export async function coverageOf({ run, trained, draws }: RunView): Promise<DensityCoverage> {
  const { coordinates, test } = run.data;
  const all = await draws();
  // Of cells that stand for intervals a density is the mean of many.
  const { x, weights, size } = coordinates.noisy.length > 0 ? fewer(all, FEW) : all;
  return densityCoverage({
    rows: await trained.logDensity(coordinates.decode(test)),
    draws: await trained.logDensity(x),
    ...{ weights, size, key: fold(runKey(run.config), "coverage") },
  });
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** What it says, in a sentence or two. */
export function coverageWords({ regions, pValue, middle, below }: DensityCoverage): string {
  const held = regions.map(
    ({ mass, rows }, i) =>
      `${percent(rows.value)} ${i === 0 ? "lie in the densest region that holds" : "in that of"} ${percent(mass)}${i === 0 ? " of the model" : ""}`,
  );
  const p = pValue < 1e-4 ? "p < 0.0001" : `p = ${pValue.toPrecision(2)}`;
  const verdict =
    pValue > FALSE_ALARMS
      ? `Nothing speaks against the model in that (${p})`
      : middle < 0.5
        ? `The rows lie where the model is thinner than for its own draws: it is too sure of itself, or misses where rows are (${p})`
        : `The rows lie where the model is denser than for its own draws: it is too wide, or has mass where no rows are (${p})`;
  return `Of ${below.length} rows that training never saw, ${held.join(", ")}. ${verdict}; a right model is said to be off one time in ${1 / FALSE_ALARMS}.`;
}
