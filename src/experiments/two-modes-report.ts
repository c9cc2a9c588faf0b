/** The report of the motivating example: its figures and claims on one page. Node only. */

import { grid2d } from "../metrics/goodness/grid.js";
import type { Estimate } from "../metrics/metric.js";
import { chainsFigure } from "../report/figures/chains.js";
import { densityMap } from "../report/figures/density-map.js";
import { densityScale } from "../report/figures/density-scale.js";
import { lineDensityFigure } from "../report/figures/line-density.js";
import type { Line } from "../report/figures/lines.js";
import { traceLines } from "../report/figures/trace-lines.js";
import type { Page, PageFigure, PageSection } from "../report/page.js";
import type { Role } from "../report/roles.js";
import { mean } from "../util/moments.js";
import { tensor } from "../util/tensor.js";
import { version } from "../util/version.js";
import type { Budget, Claim, Outcome } from "./experiment.js";
import type { CurvePoint, Method, TwoModesNumbers, TwoModesResult, TwoModesUnit } from "./two-modes-unit.js";

type Run = TwoModesUnit & TwoModesResult;

const names: Record<Method, string> = {
  balanced: "balanced training",
  "pcd-ula": "PCD with ULA",
  "balanced-without-jumps": "balanced without jumps",
};

const roleOf = (method: Method): Role => (method === "balanced" ? "ebm" : "failure");

const fieldOf = ({ field }: Run, which: "truth" | "model") => ({
  grid: grid2d(field.box, field.side),
  logP: Float64Array.from(field[which]),
});

/** The learned densities beside the truth, on one scale. */
function densities(runs: readonly Run[]): PageFigure[] {
  const truth = fieldOf(runs[0]!, "truth");
  const scale = densityScale([truth]);
  return [
    {
      figure: densityMap({ title: "The truth", field: truth, scale }),
      caption: "The density the data come from: weights 2/3 and 1/3, variance 0.05.",
    },
    ...runs.map((run) => ({
      figure: densityMap({ title: `Learned by ${names[run.method]}`, field: fieldOf(run, "model"), scale }),
      caption: `The density learned by ${names[run.method]}, on the same scale: the lighter mode holds ${run.weights.model.toFixed(3)} of its mass (true: 0.333).`,
    })),
  ];
}

function conditional(runs: readonly Run[], log: boolean): PageFigure {
  const { axis } = runs[0]!;
  const curves: Line[] = [
    { name: "truth", role: "truth", x: axis.s, y: axis.truth },
    ...runs.map(
      (run): Line => ({ name: names[run.method], role: roleOf(run.method), x: run.axis.s, y: run.axis.model }),
    ),
  ];
  return {
    figure: lineDensityFigure({
      title: `Density along the centroids${log ? ", logarithmic" : ""}`,
      curves,
      xLabel: "signed distance from the middle",
      log,
    }),
    caption: `The density on the line through both centroids, normalised along it${log ? "; the logarithm shows the valley between the modes" : ""}.`,
  };
}

const series = (run: Run, name: string, role: Role, y: (p: CurvePoint) => number | null): Line => ({
  name,
  role,
  x: run.curve.map((p) => p.step),
  y: run.curve.map((p) => y(p) ?? Number.NaN),
});

/** The heavier mode's weight over training, four ways: what the chains say and what the model says are two things. */
function weights(run: Run): PageFigure {
  const isRight = run.method === "balanced";
  return {
    figure: traceLines({
      title: `Weight of the heavier mode, ${names[run.method]}`,
      series: [
        series(run, "model", roleOf(run.method), (p) => 1 - p.model),
        series(run, "chains", "data", (p) => 1 - p.chains),
        ...(isRight ? [series(run, "flow", "flow", (p) => (p.flow === null ? null : 1 - p.flow))] : []),
      ],
      references: [{ name: "truth 2/3", value: 2 / 3 }],
      yLabel: "weight",
      yDomain: [0, 1],
    }),
    caption: isRight
      ? "Model, chains and flow agree, and with the truth."
      : "The chains keep the proportions they began with while the weight of the model, which nothing corrects, goes its own way.",
  };
}

function chains(run: Run): PageFigure {
  const [count, draws] = [run.paths.length, run.paths[0]!.length];
  return {
    figure: chainsFigure({
      title: `Chains of ${names[run.method]}`,
      truth: fieldOf(run, "truth"),
      chains: tensor(Float64Array.from(run.paths.flat(2)), [count, draws, 2]),
      role: roleOf(run.method),
      paths: count,
    }),
    caption: `${count} chains over the last ${draws} iterations: ${run.method === "balanced" ? "the flow's jumps cross between the modes" : "no chain leaves its mode"}.`,
  };
}

function acceptance(run: Run): PageFigure {
  return {
    figure: traceLines({
      title: "Acceptance of local moves and of jumps",
      series: [
        series(run, "local (MALA)", "ebm", (p) => p.localAcceptance),
        series(run, "jumps (flow)", "flow", (p) => p.globalAcceptance),
      ],
      references: [{ name: "local target", value: 0.574 }],
      yLabel: "acceptance",
      yDomain: [0, 1],
    }),
    caption: "Local and global moves are accepted for different reasons and are reported apart.",
  };
}

const asEstimate = ({ value, interval }: Claim): Estimate => ({ value, standardError: null, interval });

/** Runs by method: how many were off by how much. */
function summary(runs: readonly Run[]): PageSection {
  const methods = [...new Set(runs.map((r) => r.method))];
  return {
    heading: "Every run",
    text: "The weight of the lighter mode, four ways (true: 0.333), for every method and seed. The model's is computed by quadrature.",
    table: {
      columns: ["method", "seed", "model", "chains", "flow", "data", "KL(truth ‖ model)", "total variation"],
      rows: runs.map((r) => [
        names[r.method],
        String(r.seed),
        r.weights.model,
        r.weights.chains,
        r.weights.flow,
        r.weights.data,
        r.kl < 1e3 ? Number(r.kl.toPrecision(3)) : r.kl.toExponential(1),
        Number(r.totalVariation.toPrecision(3)),
      ]),
    },
    figures: methods.length > 2 || runs.length > 3 ? [spread(runs, methods)] : [],
  };
}

function spread(runs: readonly Run[], methods: readonly Method[]): PageFigure {
  const lines = methods.map((method): Line => {
    const own = runs.filter((r) => r.method === method);
    const steps = own[0]!.curve.map((p) => p.step);
    const at = (i: number): number[] => own.map((r) => 1 - (r.curve[i]?.model ?? Number.NaN));
    return {
      name: `${names[method]} (${own.length} seeds)`,
      role: method === "balanced" ? "ebm" : method === "pcd-ula" ? "failure" : "data",
      x: steps,
      y: steps.map((_, i) => mean(at(i))),
      band: [steps.map((_, i) => Math.min(...at(i))), steps.map((_, i) => Math.max(...at(i)))],
    };
  });
  return {
    figure: traceLines({
      title: "Weight of the heavier mode under the model, all seeds",
      series: lines,
      references: [{ name: "truth 2/3", value: 2 / 3 }],
      yLabel: "weight",
      yDomain: [0, 1],
    }),
    caption: "Mean over seeds with the band from the lowest to the highest.",
  };
}

function sectionsOf({ claims, numbers: { runs } }: Outcome<TwoModesNumbers>, { seed }: Budget): PageSection[] {
  const first = runs.filter((r) => r.seed === seed);
  const shown = first.filter((r) => r.method !== "balanced-without-jumps");
  const balanced = first.find((r) => r.method === "balanced")!;
  return [
    {
      heading: "Claims",
      claims: claims.map((c) => ({ name: c.name, value: asEstimate(c), expected: c.expected, passed: c.passed })),
    },
    { heading: "Learned densities", figures: densities(shown) },
    {
      heading: "Along the axis through the centroids",
      figures: [conditional(shown, false), conditional(shown, true)],
    },
    { heading: "The weight of the heavier mode while training", figures: shown.map(weights) },
    { heading: "Chains and acceptance", figures: [...shown.map(chains), acceptance(balanced)] },
    summary(runs),
  ];
}

/** The page. */
export function renderTwoModes(outcome: Outcome<TwoModesNumbers>, budget: Budget): Page {
  const passed = outcome.claims.filter((c) => c.passed).length;
  const sections = sectionsOf(outcome, budget);
  const asked = `--budget ${budget.budget} --seeds ${budget.seeds} --seed ${budget.seed}`;
  return {
    title: "Two modes with weights 2:1",
    intro: `Energy-based models of a mixture of two Gaussians that no local chain crosses between, trained with persistent local chains (PCD) and balanced with a normalizing flow. ${passed} of ${outcome.claims.length} claims came out as expected.\n\nThe loss of contrastive training hovers around zero whatever the model does, and the chains keep looking right while the model's weights drift: only the model itself tells, here by exact quadrature.`,
    sections,
    footer: `ebbflow ${version}, budget ${budget.budget}, seeds ${budget.seed} to ${budget.seed + budget.seeds - 1}.\n\nGrenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, figure 1. Reproduce with: ebbflow reproduce two-modes ${asked}`,
  };
}
