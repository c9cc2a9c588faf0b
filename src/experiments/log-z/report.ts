/** The report of the answers: claims, what was said of each target and by each estimator, scores, widths. Node only. */

import { normalQuantile } from "../../random/normal-quantile.js";
import { traceLines } from "../../report/figures/trace-lines.js";
import type { Page, PageFigure } from "../../report/page.js";
import { mean, median, variance } from "../../util/moments.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import { isFalselySure, judged } from "./claims.js";
import { counted, kinds, type Repetition, rowHolds, scoreOf } from "./judge.js";
import { targets } from "./unit.js";

export interface LogZNumbers {
  readonly repetitions: readonly Repetition[];
}

const of = (held: readonly boolean[]): string =>
  held.length === 0 ? "–" : `${held.filter(Boolean).length} of ${held.length}`;
const three = (values: readonly number[]): string =>
  values.length === 0 ? "–" : String(Number(median(values).toPrecision(3)));
const known = <T>(values: readonly (T | null)[]): T[] => values.filter((v): v is T => v !== null);

/** One row a target. */
export function tableOf(all: readonly Repetition[]): Outcome["table"] {
  const groups = Object.entries(targets).flatMap(([name, { name: title, half }]) => {
    const own = all.filter(({ target }) => target === name);
    return own.length === 0 ? [] : [{ title, half, own }];
  });
  return {
    columns: ["target", "half", "log Z", ...kinds, "holds", "falsely sure", "median width", "seconds"],
    rows: groups.map(({ title, half, own }) => [
      ...[title, half, own[0]!.truth.toFixed(2)],
      ...kinds.map((kind) => String(own.filter((one) => one.kind === kind).length)),
      of(known(own.map(({ holds }) => holds))),
      String(own.filter(isFalselySure).length),
      three(known(own.map(({ width }) => width))),
      mean(own.map(({ seconds }) => seconds)).toFixed(1),
    ]),
  };
}

/** One row an estimator, of its estimates against which nothing speaks. */
function byEstimator(all: readonly Repetition[]) {
  return {
    columns: ["estimator", "half", "counts", "holds", "mean score", "sd of scores", "median error"],
    rows: judged.flatMap((name) =>
      (["design", "held"] as const).map((half) => {
        const own = all.filter((one) => one.half === half);
        const found = own.flatMap(({ rows, truth }) => {
          const row = counted(rows, name);
          return row ? [{ row, truth }] : [];
        });
        const scores = found.map(({ row, truth }) => (row.logZ.value - truth) / row.logZ.standardError!);
        return [
          ...[name, half, `${found.length} of ${own.length}`],
          of(found.map(({ row, truth }) => rowHolds(row, truth))),
          scores.length > 0 ? mean(scores).toFixed(2) : "–",
          scores.length > 1 ? Math.sqrt(variance(scores)).toFixed(2) : "–",
          three(found.map(({ row }) => row.logZ.standardError!)),
        ];
      }),
    ),
  };
}

/** What half, nine in ten and all of the answers of a kind are no wider than. */
function widths(all: readonly Repetition[]) {
  const quantile = (sorted: readonly number[], p: number): string =>
    String(Number(sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!.toPrecision(3)));
  return {
    columns: ["answer", "repetitions", "holds", "one in ten", "half", "nine in ten", "all"],
    rows: kinds.map((kind) => {
      const own = all.filter((one) => one.kind === kind);
      const sorted = known(own.map(({ width }) => width)).sort((a, b) => a - b);
      return [
        ...[kind, String(own.length), of(known(own.map(({ holds }) => holds)))],
        ...(sorted.length === 0 ? ["–", "–", "–", "–"] : [0.1, 0.5, 0.9, 1].map((p) => quantile(sorted, p))),
      ];
    }),
  };
}

function scoresFigure(all: readonly Repetition[]): PageFigure[] {
  const series = (["agree", "alone"] as const).flatMap((kind) => {
    const scores = known(all.filter((one) => one.kind === kind).map(scoreOf)).sort((a, b) => a - b);
    return scores.length === 0
      ? []
      : [{ kind, scores, x: scores.map((_, i) => normalQuantile((i + 0.5) / scores.length)) }];
  });
  if (series.length === 0) return [];
  const figure = traceLines({
    title: "Errors of the numbers against normal quantiles",
    series: [
      ...series.map(({ kind, scores, x }) => ({
        ...{ name: `${kind} (${scores.length})`, x, y: scores },
        role: kind === "agree" ? ("ebm" as const) : ("flow" as const),
      })),
      { name: "as by chance", role: "truth" as const, x: [-2.5, 2.5], y: [-2.5, 2.5] },
    ],
    xLabel: "normal quantile",
    yLabel: "error, in standard errors",
  });
  return [
    {
      figure,
      caption:
        "What is printed less the truth, in the error that is printed with it. A line less steep than the dashed one has errors that are stated too large, which an error that is the best of several estimates that share draws must be.",
    },
  ];
}

/** The page. */
export function renderLogZ({ claims, table, numbers }: Outcome<LogZNumbers>, asked: Budget): Page {
  const { repetitions } = numbers;
  const { budget, seeds, seed } = asked;
  const wrong = repetitions.filter(({ holds }) => holds === false);
  return {
    title: "What is said of log Z, against the truth",
    intro: `Each of ${repetitions.length} repetitions draws rows of a target whose log Z is known, and evaluates it as ebbflow evaluate does. "agree": two estimators or more; "alone": one, with nothing to compare it to; "range", "least", "most": what is proved where no estimate is good enough; "differ": estimates contradict each other; "unknown": nothing is said. ${cameOut(claims)} claims came out as expected.\n\nRules of estimators are chosen on the design half alone. Widths are those of 95 % intervals, in nats.`,
    sections: [
      { heading: "Claims", claims: pageClaims(claims) },
      { heading: "By target", table },
      { heading: "By answer", table: widths(repetitions) },
      { heading: "By estimator, where nothing speaks against its estimate", table: byEstimator(repetitions) },
      { heading: "Figures", figures: scoresFigure(repetitions) },
      ...(wrong.length > 0
        ? [
            {
              heading: "Answers that do not hold",
              table: {
                columns: ["target", "key", "log Z", "what is said"],
                rows: wrong.map(({ target, key, truth, verdict }) => [
                  ...[targets[target]!.name, String(key), truth.toFixed(3), verdict],
                ]),
              },
            },
          ]
        : []),
    ],
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce log-z --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
