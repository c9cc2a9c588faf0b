/** An experiment from its declaration: trainings of several methods on data in the plane, compared by quadrature. */

import { median } from "../../util/moments.js";
import { type Experiment, experiment, type Outcome } from "../experiment.js";
import {
  isFinished,
  type Measure,
  type Planar,
  type PlanarNumbers,
  type PlanarResult,
  type PlanarRun,
  type PlanarUnit,
} from "./declaration.js";
import { kl } from "./measures.js";
import { renderPlanar } from "./report.js";
import { configOf, runUnit } from "./unit.js";

/** Three digits, however small or large. */
const show = (v: number): string =>
  Number.isFinite(v) && (v === 0 || (Math.abs(v) >= 0.001 && Math.abs(v) < 100))
    ? v.toPrecision(3)
    : v.toExponential(2);

/** The median of runs, with the range where there are several. */
function spread(values: readonly number[]): string {
  if (values.length === 0) return "–";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.length === 1 ? show(low) : `${show(median(values))} (${show(low)} to ${show(high)})`;
}

const reported = ({ paper }: Measure, method: string): string =>
  paper?.[method] === undefined ? "–" : show(paper[method]);

/** A row a method: every measure over its runs, and what the paper says of it. */
function tableOf({ methods, measures }: Planar, runs: readonly PlanarRun[]): Outcome["table"] {
  const columns = [...measures, kl];
  return {
    columns: [
      ...["method", "runs", "steps"],
      ...columns.flatMap((m) => (m.paper ? [m.name, "paper"] : [m.name])),
      "seconds",
    ],
    rows: Object.keys(methods).flatMap((name) => {
      const own = runs.filter(({ method }) => method === name);
      if (own.length === 0) return [];
      const finished = own.filter(isFinished);
      const cell = (m: Measure): string =>
        finished.length === 0 ? "diverged" : spread(finished.flatMap((run) => m.of(run.learnt, run) ?? []));
      return [
        [
          name,
          finished.length < own.length ? `${finished.length} of ${own.length}` : String(own.length),
          String(own[0]!.steps),
          ...columns.flatMap((m) => (m.paper ? [cell(m), reported(m, name)] : [cell(m)])),
          median(own.map(({ seconds }) => seconds)).toFixed(1),
        ],
      ];
    }),
  };
}

/** The experiment of a declaration. */
export function planar(declared: Planar): Experiment<PlanarUnit, PlanarResult, PlanarNumbers> {
  const { name, about, cite, seeds, methods } = declared;
  return experiment<PlanarUnit, PlanarResult, PlanarNumbers>({
    ...{ name, about, cite, seeds },
    plan: ({ budget, seeds: count, seed }) =>
      Array.from({ length: count }, (_, i) =>
        Object.entries(methods).flatMap(([method, { steps, seeds: most = count }]): PlanarUnit[] => {
          const asked = steps[budget];
          return asked === undefined || i >= most ? [] : [{ method, seed: seed + i, steps: asked }];
        }),
      ).flat(),
    label: ({ method, seed }) => `${method}, seed ${seed}`,
    settings: (unit) => configOf(declared, unit),
    run: (unit, tick) => runUnit(declared, unit, tick),
    conclude(finished, budget) {
      const runs = finished.map(({ unit, result }): PlanarRun => ({ ...unit, ...result }));
      return { claims: [...declared.claims(runs, budget)], table: tableOf(declared, runs), numbers: { runs } };
    },
    report: (outcome, budget) => renderPlanar(declared, outcome, budget),
  });
}
