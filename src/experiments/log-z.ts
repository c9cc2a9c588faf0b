/** Models with a known log Z: whether what is said of it holds, and how often nothing is said. */

import { type Budget, experiment } from "./experiment.js";
import { claimsOf } from "./log-z/claims.js";
import { judge } from "./log-z/judge.js";
import { type LogZNumbers, renderLogZ, tableOf } from "./log-z/report.js";
import { type LogZResult, type LogZUnit, runLogZ, targets } from "./log-z/unit.js";

/** Key by key, so that what is done of a run that was stopped is of all targets. */
function plan({ budget, seeds, seed }: Budget): LogZUnit[] {
  const names = Object.keys(targets).filter((name) => budget === "full" || targets[name]!.quick);
  return Array.from({ length: seeds }, (_, i) => names.map((target) => ({ target, key: seed + i }))).flat();
}

/** The suite. */
export const logZ = experiment<LogZUnit, LogZResult, LogZNumbers>({
  name: "log-z",
  about:
    "Models with a known log Z, evaluated as any other: whether what is said of log Z holds as often as it claims.",
  cite: "Birge (1932), The calculation of errors by the method of least squares; Gogate, Bidyuk & Dechter (2007), Studies in lower bounding probability of evidence using the Markov inequality",
  seeds: { quick: 1, full: 17 },
  plan,
  label: ({ target, key }) => `${targets[target]!.name}, key ${key}`,
  run: runLogZ,
  conclude(finished) {
    const repetitions = finished.map(judge);
    return { claims: claimsOf(finished), table: tableOf(repetitions), numbers: { repetitions } };
  },
  report: renderLogZ,
});
