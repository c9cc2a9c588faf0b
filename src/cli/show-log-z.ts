/** What estimators say of log Z, for people. */

import type { Evaluation } from "../evaluation/evaluate.js";
import type { Estimate } from "../metrics/metric.js";
import { formatEstimate, formatNumber } from "../report/format.js";
import { textTable, textTableWithWords } from "../util/text-table.js";
import { COLUMNS, wrap } from "../util/wrap.js";

/** A summary written before log Z had more than one estimator. */
function showImportance({ logZ, proposal, draws, pareto, note }: Evaluation["logZ"]): string[] {
  const by = proposal === "flow" ? "draws of the flow" : "draws of a wide Gaussian";
  return [
    ...wrap(
      `log Z  ${formatEstimate(logZ)}  (importance sampling, ${draws} ${by}; Pareto k ${formatNumber(pareto.k, 2)})`,
    ),
    ...(note ? wrap(`not to be trusted: ${note}`, { first: "       " }) : []),
  ];
}

/** Digits beyond those of single precision are of no use to anyone. */
const showFound = (found: Estimate): string =>
  found.standardError !== null && found.standardError < 1e-6
    ? found.value.toFixed(6)
    : formatEstimate({ ...found, interval: null });

/** A line an estimator, below them why some do not count, and what they say together. */
export function showLogZ({ logZ, estimates }: Evaluation): string[] {
  if (!estimates) return showImportance(logZ);
  const { rows, skipped, agreement } = estimates;
  const numbers = rows.map(({ name, logZ: found, ess }) => [
    name,
    showFound(found),
    ess === null ? "" : `ESS ${formatNumber(Math.round(ess))}`,
  ]);
  const width =
    textTable(numbers, "  ")
      .split("\n")
      .reduce((most, line) => Math.max(most, [...line].length), 0) + 2;
  // Where it comes from is told in full elsewhere.
  const words = rows.map(({ from, note }) => (note ? "not counted" : width + from.length <= COLUMNS ? from : ""));
  const reasons = [
    ...rows.flatMap(({ name, note }) => (note ? [`${name}: ${note.replace(/: not counted$/, "")}`] : [])),
    ...skipped.filter(({ reason }) => reason.startsWith("failed")).map(({ name, reason }) => `${name} ${reason}`),
  ];
  return [
    "log Z in the coordinates of the model, nats (what each is made of: --json)",
    textTableWithWords(numbers, words, { indent: "  " }),
    ...(reasons.length > 0 ? ["not counted:"] : []),
    ...reasons.flatMap((reason) => wrap(reason, { first: "  ", indent: "    " })),
    ...wrap(agreement.verdict),
  ];
}
