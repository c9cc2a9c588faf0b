/** The report of the experiment with restricted Boltzmann machines: its figures and claims on one page. Node only. */

import { imageTiles } from "../report/figures/image-tiles.js";
import type { Line } from "../report/figures/lines.js";
import { traceLines } from "../report/figures/trace-lines.js";
import type { Page, PageFigure, PageSection } from "../report/page.js";
import type { Role } from "../report/roles.js";
import type { Table } from "../report/table.js";
import { median } from "../util/moments.js";
import { version } from "../util/version.js";
import type { Budget, Outcome } from "./experiment.js";
import { cameOut, pageClaims } from "./page-claims.js";
import { bracketsOf, type DigitsRun, LARGE, type PatternsRun, type RbmRuns } from "./rbm-claims.js";
import type { RbmMethod } from "./rbm-machine.js";

const names: Readonly<Record<string, string>> = {
  likelihood: "exact likelihood",
  "pcd-5": "PCD, 5 sweeps",
  "pcd-1": "PCD, 1 sweep",
  "cd-1": "CD-1",
  "cd-10": "CD-10",
};
const role = (method: RbmMethod): Role =>
  method === "likelihood" ? "data" : method.startsWith("pcd") ? "ebm" : method === "cd-1" ? "failure" : "flow";

/** A line through the medians of groups, with a band from the lowest to the highest. */
function lineOf(method: RbmMethod, groups: readonly (readonly [x: number, values: readonly number[]])[]): Line {
  return {
    name: names[method] ?? method,
    role: role(method),
    x: groups.map(([x]) => x),
    y: groups.map(([, values]) => median(values)),
    band: [groups.map(([, values]) => Math.min(...values)), groups.map(([, values]) => Math.max(...values))],
  };
}

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

function bySize(side: number, runs: readonly PatternsRun[]): PageFigure {
  const images = 2 ** (side + 1) - 2;
  const methods = distinct(runs.map(({ method }) => method));
  const lines = methods.map((method) => {
    const own = runs.filter((run) => run.method === method);
    const at = (hidden: number): number[] =>
      own.filter((run) => run.hidden === hidden).map(({ gap }) => gap + Math.log(images));
    return lineOf(
      method,
      distinct(own.map(({ hidden }) => hidden))
        .sort((a, b) => a - b)
        .map((hidden) => [hidden, at(hidden)] as const),
    );
  });
  return {
    figure: traceLines({
      title: `Bars and stripes ${side}×${side}: what machines reach`,
      series: lines,
      references: [{ name: `floor log ${images}`, value: Math.log(images) }],
      xLabel: "hidden units",
      yLabel: "negative log-likelihood, nats",
    }),
    caption: `Exact mean negative log-likelihood of the ${images} images after training, by hidden units; median over seeds, bands from lowest to highest. No law is below the floor.`,
  };
}

function byStep(side: number, all: readonly PatternsRun[]): PageFigure | null {
  const runs = all.filter(({ hidden }) => hidden === LARGE);
  const methods = distinct(runs.map(({ method }) => method));
  if (runs.length === 0) return null;
  const lines = methods.map((method) => {
    const own = runs.filter((run) => run.method === method);
    return lineOf(
      method,
      own[0]!.curve.map(({ step }, i) => [step, own.map(({ curve }) => Math.max(curve[i]!.gap, 1e-6))] as const),
    );
  });
  return {
    figure: traceLines({
      title: `Bars and stripes ${side}×${side}, ${LARGE} hidden units: while training`,
      series: lines,
      yLabel: "nats above the floor",
      log: true,
    }),
    caption: "How far the exact negative log-likelihood is above its floor while the learning rate falls to 0.",
  };
}

function digitsByEpoch(runs: readonly DigitsRun[], part: "train" | "test"): PageFigure {
  const methods = distinct(runs.map(({ method }) => method));
  const rows = part === "train" ? "training rows" : "held-out rows";
  const series = methods.map((method) => {
    const own = runs.filter((run) => run.method === method);
    return lineOf(
      method,
      own[0]!.curve.map(({ epoch }, i) => [epoch, own.map(({ curve }) => curve[i]![part])] as const),
    );
  });
  return {
    figure: traceLines({
      title: `Digits: exact log-likelihood of ${rows}`,
      series,
      xLabel: "epoch",
      yLabel: "log-likelihood, nats a row",
    }),
    caption: `Exact mean log-likelihood of ${rows} (8×8 binary pixels, ${runs[0]?.hidden} hidden units); median over seeds, bands from lowest to highest.`,
  };
}

function pictures(runs: readonly DigitsRun[], seed: number): PageFigure[] {
  const first = runs.filter((run) => run.seed === seed);
  return [
    {
      figure: imageTiles({ title: "Digits: rows of the data", images: first[0]!.rows }),
      caption: "Sixteen rows: a pixel is dark where at least half of it was ink.",
    },
    ...first.map((run) => ({
      figure: imageTiles({ title: `Digits: exact draws after ${names[run.method]}`, images: run.draws }),
      caption: `Independent draws of the machine trained by ${names[run.method]}, each from an exactly drawn state of its hidden units: no chain is involved.`,
    })),
    ...first.map((run) => ({
      figure: imageTiles({ title: `Digits: filters of ${names[run.method]}`, images: run.filters, scale: "signed" }),
      caption: `Weights of the ${run.hidden} hidden units trained by ${names[run.method]}.`,
    })),
  ];
}

function biasSection({ bias }: RbmRuns): PageSection {
  const { drift } = bias[0]!;
  const line = (name: string, of: Role, key: "exact" | "cd1"): Line => ({
    ...{ name, role: of, x: drift.map(({ step }) => step) },
    y: drift.map((_, i) => median(bias.map((run) => run.drift[i]![key]))),
  });
  return {
    heading: "CD-1 without its noise",
    text: `The update of CD-k in expectation, summed over all 512 images and all hidden states, so that nothing but its bias is left. With a weight decay of ${bias[0]!.decay} every rule comes to rest; the excess is how much worse CD-k rests than the likelihood with the same decay. Without decay the images are fitted by ever larger weights: then CD-1's update vanishes because its chains no longer leave the images, wherever the model has put the rest of its mass.`,
    figures: [
      {
        figure: traceLines({
          title: "Expected updates without decay",
          series: [line("exact likelihood", "data", "exact"), line("CD-1 in expectation", "failure", "cd1")],
          yLabel: "nats above the floor",
        }),
        caption: `Bars and stripes 3×3, ${bias[0]!.hidden} hidden units, median over starts.`,
      },
    ],
    table: {
      columns: ["seed", "rule", "nats above the floor at rest", "excess over the likelihood", "update left"],
      rows: bias.flatMap(({ seed, rest }) =>
        rest.map(({ sweeps, gap, residual }) => [
          `${seed}`,
          sweeps === null ? "likelihood" : `CD-${sweeps}`,
          gap,
          gap - rest.find((r) => r.sweeps === null)!.gap,
          residual.toExponential(1),
        ]),
      ),
    },
  };
}

function bracketTable(runs: RbmRuns): Table {
  return {
    columns: ["machine", "exact log Z", "forwards, mean", "backwards, mean", "annealed importance", "no temperatures"],
    rows: bracketsOf(runs).map(({ name, bracket: { logZ, low, high, ais, direct } }) => [
      ...[name, logZ, low, high, ais, direct],
    ]),
  };
}

function sectionsOf({ claims, numbers }: Outcome<RbmRuns>, { seed }: Budget): PageSection[] {
  const { patterns, digits } = numbers;
  const sides = distinct(patterns.map(({ side }) => side));
  const of = (side: number): readonly PatternsRun[] => patterns.filter((run) => run.side === side);
  return [
    {
      heading: "Claims",
      claims: pageClaims(claims),
    },
    {
      heading: "Bars and stripes",
      text: "Images whose rows or whose columns are constant, each with the same probability: the mean negative log-likelihood has the logarithm of their number as its floor. Everything is computed by enumeration.",
      figures: [
        ...sides.map((side) => bySize(side, of(side))),
        ...sides.flatMap((side) => byStep(side, of(side)) ?? []),
      ],
    },
    {
      heading: "Handwritten digits",
      text: "Alpaydin & Kaynak (1998), Optical recognition of handwritten digits, UCI Machine Learning Repository.",
      figures: [digitsByEpoch(digits, "train"), digitsByEpoch(digits, "test"), ...pictures(digits, seed)],
      table: {
        columns: ["method", "seed", "training rows", "held-out rows", "independent pixels", "seconds"],
        rows: digits.map((run) => [
          ...[names[run.method] ?? run.method, `${run.seed}`, run.train, run.test],
          ...[run.independent.train, Math.round(run.seconds)],
        ]),
      },
    },
    biasSection(numbers),
    {
      heading: "Log Z between two bounds",
      text: "Annealing from the uniform law to the machine gives log-weights that are low of log Z on average, and from exact draws of the machine back to the uniform law high ones (Burda, Grosse & Salakhutdinov 2015). Means with their standard errors.",
      table: bracketTable(numbers),
    },
  ];
}

/** The page. */
export function renderRbm(outcome: Outcome<RbmRuns>, budget: Budget): Page {
  const sections = sectionsOf(outcome, budget);
  const asked = `--budget ${budget.budget} --seeds ${budget.seeds} --seed ${budget.seed}`;
  return {
    title: "Restricted Boltzmann machines, known exactly",
    intro: `Machines with a layer small enough to sum over, so that every likelihood and every log Z is exact. ${cameOut(outcome.claims)} claims came out as expected.`,
    sections,
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce rbm ${asked}`,
  };
}
