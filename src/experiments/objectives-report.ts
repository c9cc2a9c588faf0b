/** The report of the comparison of objectives: what each learned, in a table and in pictures. Node only. */

import { grid2d } from "../metrics/goodness/grid.js";
import { densityMap } from "../report/figures/density-map.js";
import { densityScale } from "../report/figures/density-scale.js";
import type { Page, PageSection } from "../report/page.js";
import { version } from "../util/version.js";
import type { Budget, Outcome } from "./experiment.js";
import { objectiveMethods, type TargetName } from "./objective-methods.js";
import type { ObjectivesNumbers } from "./objectives-unit.js";
import { cameOut, pageClaims } from "./page-claims.js";

type Run = ObjectivesNumbers["runs"][number];

const rounded = (v: number | null, digits = 3): number | string | null =>
  v === null ? null : v < 1e3 ? Number(v.toPrecision(digits)) : v.toExponential(1);

function section(target: TargetName, runs: readonly Run[], seed: number): PageSection {
  const shown = runs.filter((run) => run.seed === seed && run.field !== null);
  const fields = shown.map(({ field }) => ({
    grid: grid2d(field!.box, field!.side),
    logP: Float64Array.from(field!.model),
  }));
  const first = fields[0];
  const scale = first && densityScale([first]);
  return {
    heading: target,
    text: `True weights of the modes: ${runs[0]?.truth.map((w) => w.toFixed(3)).join(", ")}. The weight error is half the sum of the differences, by quadrature.`,
    table: {
      columns: ["objective", "seed", "expected", "weight error", "of its flow", "KL(truth ‖ model)", "seconds", "why"],
      rows: runs.map((run) => [
        run.method,
        String(run.seed),
        objectiveMethods[run.method]!.weights,
        run.failure ? "diverged" : rounded(run.weightError),
        rounded(run.flowError),
        rounded(run.kl),
        Number(run.seconds.toFixed(1)),
        run.failure ?? objectiveMethods[run.method]!.why,
      ]),
    },
    figures: scale
      ? shown.map((run, i) => ({
          figure: densityMap({ title: `${target}: learned by ${run.method}`, field: fields[i]!, scale }),
          caption: `The density learned by ${run.method}: weight error ${run.weightError?.toFixed(3)}. ${objectiveMethods[run.method]!.why}`,
        }))
      : [],
  };
}

/** The page. */
export function renderObjectives(outcome: Outcome<ObjectivesNumbers>, { budget, seeds, seed }: Budget): Page {
  const { claims, numbers } = outcome;
  const sections: PageSection[] = [
    {
      heading: "Claims",
      claims: pageClaims(claims),
    },
    ...[...new Set(numbers.runs.map(({ target }) => target))].map((target) =>
      section(
        target,
        numbers.runs.filter((run) => run.target === target),
        seed,
      ),
    ),
  ];
  return {
    title: "Which objectives get mode weights right",
    intro: `Every objective trains the same network on the same data. ${cameOut(claims)} claims came out as expected.\n\nWhat compares modes with one another, through noise, a flow or weights of walkers, gets their weights right; what looks only around each point does not.`,
    sections,
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce objectives --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
