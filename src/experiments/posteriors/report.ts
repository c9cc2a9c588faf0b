/** The report of the suite: claims, one table, the scores against normal ones, and what a gradient is worth. Node only. */

import { bare } from "../../metrics/intervals/interval.js";
import { normalQuantile } from "../../random/normal-quantile.js";
import { barsFigure } from "../../report/figures/bars.js";
import { traceLines } from "../../report/figures/trace-lines.js";
import type { Page, PageFigure } from "../../report/page.js";
import { mean, median } from "../../util/moments.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import { boundOf, isGreen, isHard, isRight, type Run, scoresOf } from "./claims.js";
import type { Posterior } from "./posterior.js";
import { posteriors } from "./unit.js";

export interface PosteriorNumbers {
  readonly runs: readonly Run[];
}

const finite = (values: readonly (number | null)[]): number[] => values.filter((v): v is number => v !== null);
const round = (value: number, digits = 3): number => Number(value.toPrecision(digits));

/** Effective draws of the slowest coordinate for a gradient. */
export const worthOf = ({ ess, gradients }: Run): number | null =>
  ess === null || gradients === 0 ? null : ess / gradients;

/** The runs of each posterior of the suite, in the order of the registry. */
const groups = (runs: readonly Run[]): (readonly [Posterior, readonly Run[]])[] =>
  Object.entries(posteriors)
    .map(
      ([name, posterior]) => [posterior, runs.filter((run) => run.part === "suite" && run.posterior === name)] as const,
    )
    .filter(([, own]) => own.length > 0);

/** One row a posterior. */
export function tableOf(runs: readonly Run[]): Outcome["table"] {
  const bound = boundOf(runs);
  return {
    columns: [
      "posterior",
      "half",
      "hard",
      "coordinates",
      "green and right",
      "green and wrong",
      "max |z|",
      "ESS/gradient",
      "idle",
      "seconds",
    ],
    rows: groups(runs).map(([{ name, half, hard, energy }, own]) => {
      const worths = finite(own.map(worthOf));
      const idle = finite(own.map((run) => run.idle));
      const largest = Math.max(
        ...own.flatMap((run) => scoresOf(run).map((z) => Math.abs(z ?? Number.POSITIVE_INFINITY))),
      );
      const green = own.filter(isGreen);
      return [
        ...[name, half, hard ? "yes" : "no", String(energy.event[0])],
        `${green.filter((run) => isRight(run, bound)).length} of ${own.length}`,
        String(green.filter((run) => !isRight(run, bound)).length),
        largest.toFixed(1),
        worths.length > 0 ? String(round(median(worths))) : "–",
        idle.length > 0 ? mean(idle).toFixed(2) : "–",
        mean(own.map(({ seconds }) => seconds)).toFixed(1),
      ];
    }),
  };
}

function quantiles(runs: readonly Run[]): PageFigure {
  const scores = finite(runs.filter((run) => isGreen(run) && run.part === "suite").flatMap(scoresOf)).sort(
    (a, b) => a - b,
  );
  const expected = scores.map((_, i) => normalQuantile((i + 0.5) / scores.length));
  return {
    figure: traceLines({
      title: "Scores against normal quantiles",
      series: [
        { name: `z of ${scores.length} means and log deviations`, role: "ebm", x: expected, y: scores },
        {
          name: "as by chance",
          role: "truth",
          x: [expected[0] ?? -1, expected.at(-1) ?? 1],
          y: [expected[0] ?? -1, expected.at(-1) ?? 1],
        },
      ],
      xLabel: "normal quantile",
      yLabel: "z",
    }),
    caption:
      "Errors of means and of logarithms of standard deviations, in standard errors, of every green run. Errors that are stated too small make the line steeper; a bias bends or shifts it.",
  };
}

const worths = (runs: readonly Run[], half: Posterior["half"]): PageFigure[] => {
  const own = groups(runs).filter(([posterior]) => posterior.half === half);
  if (own.length === 0) return [];
  return [
    {
      figure: barsFigure({
        title: `ESS of a thousand gradients, ${half}`,
        groups: own.map(([{ name }]) => name),
        series: [
          {
            name: "median over keys",
            role: "ebm",
            estimates: own.map(([, keys]) => bare(1000 * (median(finite(keys.map(worthOf))) || 0))),
          },
        ],
        yLabel: "effective draws of the slowest coordinate",
      }),
      caption: "Draws after the warm-up; gradients of all chains, waiting for the longest tree included.",
    },
  ];
};

const redRuns = (runs: readonly Run[]): string[][] =>
  runs
    .filter((run) => run.part === "suite" && !isGreen(run))
    .map((run) => [posteriors[run.posterior]!.name, String(run.key), isHard(run) ? "hard" : "usual", run.verdict]);

/** The page. */
export function renderPosteriors({ claims, table, numbers }: Outcome<PosteriorNumbers>, asked: Budget): Page {
  const { runs } = numbers;
  const red = redRuns(runs);
  const { budget, seeds, seed } = asked;
  return {
    title: "Posteriors with known answers",
    intro: `Every posterior is sampled as a user would who knows nothing of it: sample({ energy, key }), 8 chains, 1000 steps of warm-up, 1000 draws each, from points uniform on (−2, 2). A run is green when the verdict on its chains is that they agree. ${cameOut(claims)} claims came out as expected.\n\nRules of samplers are chosen on the design half alone. A hard posterior may be red; green and wrong none may be.`,
    sections: [
      { heading: "Claims", claims: pageClaims(claims) },
      { heading: "By posterior", table },
      {
        heading: "Figures",
        figures: [quantiles(runs), ...worths(runs, "design"), ...worths(runs, "held")],
      },
      ...(red.length > 0
        ? [
            {
              heading: "Runs that are not green",
              table: { columns: ["posterior", "key", "", "verdict"], rows: red },
            },
          ]
        : []),
    ],
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce posteriors --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
