/** How well classes are told, for people. */

import type { ClassScores } from "../evaluation/class-scores.js";
import type { Estimate } from "../metrics/metric.js";
import { formatEstimate } from "../report/format.js";
import { textTableWithWords } from "../util/text-table.js";

const withInterval = ({ value, interval }: Estimate): string =>
  formatEstimate({ value, interval, standardError: null });

/** Lines of the scores, the first a heading; `of` says of which rows. */
export function showClassScores(scores: ClassScores, of: string): string[] {
  const { accuracy, logLoss, brier, calibration, commonest, rows } = scores;
  const { error, byChance, pValue, overconfidence } = calibration;
  const table = [
    ["accuracy", withInterval(accuracy), `(${commonest.toFixed(3)} for the commonest)`],
    ["log-loss", withInterval(logLoss), "nats a row"],
    ["Brier score", withInterval(brier)],
    ["calibration error", error.toFixed(3), chanceOf(byChance, pValue)],
    ["confidence less accuracy", withInterval(overconfidence)],
  ];
  return [
    `classes of ${rows} ${of} row${rows === 1 ? "" : "s"}, 95 % intervals`,
    textTableWithWords(
      table.map((line) => line.slice(0, 2)),
      table.map((line) => line[2] ?? ""),
      { indent: "  " },
    ),
  ];
}

function chanceOf(byChance: ClassScores["calibration"]["byChance"], pValue: number | null): string {
  if (!byChance || pValue === null) return "";
  return `(right probabilities: ${byChance.mean.toFixed(3)} ± ${byChance.standardDeviation.toFixed(3)} by chance; p = ${pValue.toPrecision(2)})`;
}
