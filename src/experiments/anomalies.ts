/** Anomalies in tables, by densities of the normal rows: the protocol of ADBench as Livernoche et al. (2024) have it. */

import { InputError } from "../util/errors.js";
import { methods } from "./anomalies/methods.js";
import { renderAnomalies } from "./anomalies/report.js";
import { type AnomaliesNumbers, claimsOf, numbersOf, tableOf } from "./anomalies/summary.js";
import { type AnomaliesResult, type AnomaliesUnit, runAnomalies, setOf } from "./anomalies/unit.js";
import { type Budget, experiment } from "./experiment.js";

const PUBLISHED = "published.json";

/** Seed by seed, so that what is done of a run that was stopped is of all tables. */
function plan({ budget, seeds, seed, data = [] }: Budget): AnomaliesUnit[] {
  const published = data.find(({ name }) => name === PUBLISHED);
  const files = data.filter(({ name }) => name !== PUBLISHED);
  const names = Object.keys(methods).filter((name) => budget === "full" || !methods[name]!.slow);
  return Array.from({ length: seeds }, (_, i) =>
    files.map((file) => ({ file, ...(published ? { published } : {}), seed: seed + i, methods: names })),
  ).flat();
}

/** The tables. */
export const anomalies = experiment<AnomaliesUnit, AnomaliesResult, AnomaliesNumbers>({
  name: "anomalies",
  about:
    "Tables with anomalies, scored by densities of their normal rows: AUROC beside what others have published, and how often normal rows are called.",
  cite: "Han, Hu, Huang, Jiang & Zhao (2022), ADBench: anomaly detection benchmark; Livernoche et al. (2024), On diffusion modeling for anomaly detection",
  seeds: { quick: 1, full: 5 },
  data: {
    about: `tables of ADBench (NPZ with X and y, 1 for an anomaly), and where there is one a ${PUBLISHED} with AUROC of others, { "trainedOnNormals": { table: { method: percent } } }`,
    takes: (name) => name.endsWith(".npz") || name === PUBLISHED,
  },
  plan,
  label: (unit) => `${setOf(unit)}, seed ${unit.seed}`,
  run: runAnomalies,
  conclude(finished) {
    if (finished.length === 0) throw new InputError(`anomalies: the folder has no tables (.npz) beside ${PUBLISHED}`);
    const numbers = numbersOf(finished);
    return { claims: claimsOf(numbers), table: tableOf(numbers), numbers };
  },
  report: renderAnomalies,
});
