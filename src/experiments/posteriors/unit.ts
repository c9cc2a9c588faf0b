/** One run of the suite: a posterior, a key, and `sample` as it comes; what its draws say of themselves, and the truth. */

import { type SummaryRow, summarize } from "../../metrics/chains/summary.js";
import { judgeChains } from "../../metrics/chains/verdict.js";
import { makeKey } from "../../random/key.js";
import { sample } from "../../samplers/driver/sample.js";
import type { Samples } from "../../samplers/driver/samples.js";
import { NumericError } from "../../util/errors.js";
import { controls } from "./controls.js";
import * as members from "./members.js";
import type { Coordinate, Posterior } from "./posterior.js";

/** The posteriors by the names of their units. */
export const posteriors: Readonly<Record<string, Posterior>> = members;

export interface PosteriorUnit {
  /** A name of `posteriors`, or of a control. */
  readonly posterior: string;
  readonly key: number;
  /** `repeat` for further keys of the shortest case. */
  readonly part: "suite" | "repeat" | "control";
}

/** How far a mean and the logarithm of a standard deviation are from the truth, in standard errors of both; `null` where that is not known. */
export interface Score {
  readonly name: string;
  readonly mean: number | null;
  readonly sd: number | null;
}

export interface PosteriorResult {
  /** `mixed` of the verdict that users get. */
  readonly mixed: boolean | null;
  readonly verdict: string;
  readonly scores: readonly Score[];
  /** The least bulk ESS of a coordinate. */
  readonly ess: number | null;
  /** Gradients of all chains, those of waiting included, and the share of these. */
  readonly gradients: number;
  readonly idle: number | null;
  /** Of the draws, and of all. */
  readonly drawSeconds: number;
  readonly seconds: number;
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** With an error of `√(MCSE² + error of the reference²)`; of the logarithm of a deviation by the delta method. */
export function scoreOf({ name, mean, sd, meanError = 0, sdError = 0 }: Coordinate, row: SummaryRow): Score {
  return {
    name,
    mean: known((row.mean - mean) / Math.hypot(row.mcse_mean, meanError)),
    sd: known(Math.log(row.sd / sd) / Math.hypot(row.mcse_sd / row.sd, sdError / sd)),
  };
}

/** The share of gradients that were only waited for. */
function idleOf({ info: { idle, gradients } }: Samples): number | null {
  if (!idle || !gradients) return null;
  const counts = Array.from(gradients.data);
  const waited = counts.reduce((sum, n, i) => sum + n * idle.data[i]!, 0);
  return known(waited / counts.reduce((sum, n) => sum + n, 0));
}

function measure({ coordinates }: Posterior, samples: Samples): Omit<PosteriorResult, "seconds"> {
  const { mixed, verdict, coordinates: reports } = judgeChains(samples);
  const rows = summarize(samples.x);
  return {
    mixed,
    verdict,
    scores: coordinates.map((coordinate) => scoreOf(coordinate, rows[coordinate.at]!)),
    ess: known(Math.min(...reports.map(({ essBulk }) => essBulk))),
    gradients: samples.cost.gradients * samples.x.shape[0]!,
    idle: idleOf(samples),
    drawSeconds: samples.cost.seconds,
  };
}

/** Draw once and measure. Chains that leave the numbers are a result, not an error. */
export async function runPosterior(
  { posterior: name, key, part }: PosteriorUnit,
  tick: (done: number) => void,
): Promise<PosteriorResult> {
  const { posterior, run } = part === "control" ? controls[name]! : { posterior: posteriors[name]!, run: {} };
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    const samples = await sample({
      ...run,
      energy: posterior.energy,
      key: makeKey(key),
      progress({ done, total }) {
        tick(done / total);
        return true;
      },
    });
    return { ...measure(posterior, samples), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    const nothing = { scores: [], ess: null, gradients: 0, idle: null, drawSeconds: 0 };
    return { mixed: false, verdict: error.message, ...nothing, seconds: seconds() };
  }
}
