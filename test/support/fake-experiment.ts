/** Experiments whose units are numbers, and what does them without a thread. */

import type { Budget, Claim, Experiment } from "../../src/experiments/experiment.js";
import type { UnitRunner } from "../../src/experiments/unit-thread.node.js";

const pass: Claim = { name: "counts", value: 1, interval: null, expected: "1", passed: true };

/** As many units as there are seeds: 0, 1, …; their results are the numbers of the outcome. */
export const fakeExperiment = (
  name: string,
  { passed = true, ...changed }: Partial<Experiment> & { readonly passed?: boolean } = {},
): Experiment => ({
  name,
  about: `About ${name}.`,
  cite: "Euclid (1900), Numbers",
  seeds: { quick: 2, full: 3 },
  plan: ({ seeds, seed }: Budget) => Array.from({ length: seeds }, (_, i) => seed + i),
  label: (unit) => `unit ${unit}`,
  run: () => Promise.reject(new Error("units are done by a runner")),
  conclude: (finished) => ({
    claims: [{ ...pass, passed }],
    table: { columns: ["unit", "result"], rows: finished.map(({ unit, result }) => [`${unit}`, `${result}`]) },
    numbers: finished.map(({ result }) => result),
  }),
  report: () => ({ title: name, intro: "", sections: [], footer: "" }),
  ...changed,
});

/** A runner whose results are ten times the units; `seen` is told of each unit, such as `sums 3`, and may wait or throw. */
export function fakeRunner(seen: (unit: string) => unknown = () => {}): () => UnitRunner {
  return () => ({
    async run({ experiment, unit }, tick) {
      tick(0.5);
      await seen(`${experiment} ${unit}`);
      return 10 * Number(unit);
    },
    end: () => {},
  });
}
