/** The table of runs on four corners, for the terminal. */

import { formatNumber } from "../../report/format.js";
import type { Outcome } from "../experiment.js";
import { isUnequal, largestWeightError } from "./found.js";
import { cornersMethods } from "./methods.js";
import type { CornersRun } from "./unit.js";

const show = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined || !Number.isFinite(value) ? "–" : formatNumber(value, digits);

export const cornersTable = (runs: readonly CornersRun[]): Outcome["table"] => ({
  columns: [
    "method",
    "d",
    "weights",
    "seed",
    "R-hat",
    "classical",
    "paper",
    "weight error",
    "nats below truth",
    "jumps",
    "log Z",
    "seconds",
  ],
  rows: runs.map((run) => {
    const { method, dimension, seed, measured, failure, seconds } = run;
    return [
      cornersMethods[method].label,
      String(dimension),
      isUnequal(run) ? ".1 .2 .3 .4" : "equal",
      String(seed),
      failure ? "diverged" : show(measured?.chains.rhat.rank, 4),
      show(measured?.chains.rhat.plain, 4),
      show(cornersMethods[method].paper?.[dimension], 4),
      show(largestWeightError(run.measured)),
      show(measured && -measured.gap.value),
      show(measured?.chains.jumps),
      measured?.logZ.agree ? "agreed on" : "–",
      show(seconds),
    ];
  }),
});
