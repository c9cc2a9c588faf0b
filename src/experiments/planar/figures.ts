/** Figures of experiments in the plane. */

import { distributionOf } from "../../config/prepare.js";
import { type Grid2d, type GridDensity, grid2d } from "../../metrics/goodness/grid.js";
import { lineDensity } from "../../metrics/goodness/line-density.js";
import { bare } from "../../metrics/intervals/interval.js";
import { makeKey } from "../../random/key.js";
import { barsFigure } from "../../report/figures/bars.js";
import { chainsFigure } from "../../report/figures/chains.js";
import { densityMap } from "../../report/figures/density-map.js";
import { densityScale } from "../../report/figures/density-scale.js";
import { lineDensityFigure } from "../../report/figures/line-density.js";
import type { Line } from "../../report/figures/lines.js";
import { traceLines } from "../../report/figures/trace-lines.js";
import type { PageFigure } from "../../report/page.js";
import type { Role } from "../../report/roles.js";
import { mean } from "../../util/moments.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import type { CurvePoint, FinishedRun, Place, Planar, PlanarRun, ZoneWeights } from "./declaration.js";
import { pointsOnLine } from "./pictures.js";

/** Rows of the data's law that a figure of the data shows. */
const SHOWN = 1000;

const lawOf = ({ data }: Planar) =>
  distributionOf({ data: { options: {}, ...data } } as Parameters<typeof distributionOf>[0])!;

const titleOf = ({ methods }: Planar, { method }: PlanarRun): string => methods[method]!.title;
const roleOf = ({ methods }: Planar, { method }: PlanarRun): Role => methods[method]!.role;

const fieldOf = ({ learnt }: FinishedRun, which: "model" | "flow"): GridDensity => {
  const { side, box, [which]: logP } = learnt.pictures.field;
  return { grid: grid2d(box, side), logP: Float64Array.from(logP!) };
};

/** The law of the data on a grid. */
function truthOf(planar: Planar, side = 160): GridDensity {
  const law = lawOf(planar);
  const [x, y] = law.box as Grid2d["box"];
  const grid = grid2d([x, y], side);
  return { grid, logP: law.logDensity(grid.points) };
}

/** The truth and data drawn from it. */
export function truthFigures(planar: Planar): PageFigure[] {
  const field = truthOf(planar);
  const scale = densityScale([field]);
  const rows = lawOf(planar).draw(makeKey(0), SHOWN);
  return [
    { figure: densityMap({ title: "The truth", field, scale }), caption: "The density that the data come from." },
    {
      figure: densityMap({ title: "Data", field, scale, points: [{ name: "data", role: "data", x: rows }] }),
      caption: `${SHOWN} draws of the law that the rows of the models come from, over its density.`,
    },
  ];
}

const percent = (v: number): string => `${(100 * v).toFixed(1)} %`;
const shares = (weights: readonly number[]): string => weights.map(percent).join(", ");

/** The learned densities on the scale of the truth, each with its flow's where `flows` is set. */
export function learnedFigures(planar: Planar, runs: readonly FinishedRun[]): PageFigure[] {
  const scale = densityScale([truthOf(planar)]);
  return runs.map((run) => ({
    figure: densityMap({ title: `Learned by ${titleOf(planar, run)}`, field: fieldOf(run, "model"), scale }),
    caption: `The density learned by ${titleOf(planar, run)} in ${run.steps} steps, on the scale of the truth: ${shares(run.learnt.weights.model)} of its mass in ${planar.zones.join(", ")} (true: ${shares(run.truth)}).`,
  }));
}

/** What the flows hold that were trained along. */
export function flowFigures(planar: Planar, runs: readonly FinishedRun[]): PageFigure[] {
  const scale = densityScale([truthOf(planar)]);
  return runs
    .filter(({ learnt }) => learnt.pictures.field.flow)
    .map((run) => ({
      figure: densityMap({ title: `Flow of ${titleOf(planar, run)}`, field: fieldOf(run, "flow"), scale }),
      caption: `The density of the flow beside ${titleOf(planar, run)}: ${shares(run.learnt.weights.flow!)} of its draws in ${planar.zones.join(", ")}.`,
    }));
}

const cloudOf = (places: readonly Place[]): FloatTensor => tensor(Float64Array.from(places.flat()), [places.length, 2]);

/** The negatives of the last iteration, and some chains as they go on, over contours of the truth. */
export function chainFigures(planar: Planar, runs: readonly FinishedRun[]): PageFigure[] {
  const truth = truthOf(planar, 100);
  return runs.flatMap((run) => {
    const { negatives, paths } = run.learnt.pictures;
    const [title, role] = [titleOf(planar, run), roleOf(planar, run)];
    const walked = paths && {
      figure: chainsFigure({
        ...{ title: `Chains of ${title}`, truth, role, paths: paths.length },
        chains: tensor(Float64Array.from(paths.flat(2)), [paths.length, paths[0]!.length, 2]),
      }),
      caption: `${paths.length} persistent chains moved on for ${paths[0]!.length} iterations, the model standing still.`,
    };
    const last = negatives && {
      figure: chainsFigure({
        ...{ title: `Negatives of ${title}`, truth, role, name: "negatives" },
        chains: tensor(cloudOf(negatives).data as Float64Array, [negatives.length, 1, 2]),
      }),
      caption: "Points at which the energy is raised, in one iteration at the end.",
    };
    return [last, walked].filter((figure) => figure !== null);
  });
}

/** Chains in the latent space of the flow, over the density of the model there. */
export function latentFigures(planar: Planar, runs: readonly FinishedRun[]): PageFigure[] {
  return runs.flatMap((run) => {
    const { latent } = run.learnt.pictures;
    if (!latent) return [];
    const { side, box, model, paths } = latent;
    return [
      {
        figure: chainsFigure({
          title: `Chains of ${titleOf(planar, run)} in latent space`,
          truth: { grid: grid2d(box, side), logP: Float64Array.from(model) },
          chains: tensor(Float64Array.from(paths.flat(2)), [paths.length, paths[0]!.length, 2]),
          ...{ role: roleOf(planar, run), paths: paths.length, axes: ["z₁", "z₂"] as const },
        }),
        caption:
          "The same chains where the flow comes from; the contours are of the model's density pulled back to there, not of the truth.",
      },
    ];
  });
}

/** Densities along the line of the experiment, linear and logarithmic. @param which of the methods, behind the title. */
export function lineFigures(planar: Planar, which: string, runs: readonly FinishedRun[]): PageFigure[] {
  const { s, points } = pointsOnLine(planar.line);
  const truth: Line = { name: "truth", role: "truth", x: s, y: lineDensity(s, lawOf(planar).logDensity(points)) };
  const curves = [
    truth,
    ...runs.map(
      (run): Line => ({
        ...{ name: titleOf(planar, run), role: roleOf(planar, run) },
        ...{ x: s, y: run.learnt.pictures.line.model },
      }),
    ),
  ];
  return [false, true].map((log) => ({
    figure: lineDensityFigure({
      title: `Density ${planar.line.title}${which}${log ? ", logarithmic" : ""}`,
      ...{ curves, log, xLabel: "signed distance from the middle" },
    }),
    caption: `The density ${planar.line.title}, normalised along it${log ? "; the logarithm shows the valleys between the modes" : ""}.`,
  }));
}

const lineOf = (name: string, role: Role, curve: readonly CurvePoint[], y: (p: CurvePoint) => number | null): Line => ({
  ...{ name, role },
  x: curve.map(({ step }) => step),
  y: curve.map((p) => y(p) ?? Number.NaN),
});

/** What the experiment follows, over the training of one run: of the model, of its chains and of its flow. */
export function traceFigures(planar: Planar, runs: readonly PlanarRun[]): PageFigure[] {
  const { trace } = planar;
  return runs.map((run) => {
    const of = (which: keyof ZoneWeights) => (p: CurvePoint) => p[which] && trace.of(p[which], run.truth);
    const has = (which: keyof ZoneWeights): boolean => run.curve.some((p) => p[which] !== null);
    return {
      figure: traceLines({
        title: `${trace.title}, ${titleOf(planar, run)}`,
        series: [
          lineOf("model", roleOf(planar, run), run.curve, of("model")),
          ...(has("chains") ? [lineOf("chains", "data", run.curve, of("chains"))] : []),
          ...(has("flow") ? [lineOf("flow", "flow", run.curve, of("flow"))] : []),
        ],
        references: [{ name: trace.truthName, value: trace.truth }],
        ...{ yLabel: trace.label, yDomain: [0, 1] as const },
      }),
      caption: `What the model says by quadrature, what the chains say, and the flow: three things that need not agree. ${titleOf(planar, run)}, seed ${run.seed}.`,
    };
  });
}

/**
 * The same of the models of all seeds, of the methods that have them all: the mean, and the band from the lowest to the
 * highest, the widest at the back.
 */
export function spreadFigure(planar: Planar, title: string, runs: readonly PlanarRun[]): PageFigure {
  const { trace } = planar;
  const seedsOf = (name: string): number => runs.filter(({ method }) => method === name).length;
  const most = Math.max(...runs.map(({ method }) => seedsOf(method)));
  const methods = Object.keys(planar.methods).filter((name) => seedsOf(name) === most);
  const series = methods.map((method): Line => {
    const own = runs.filter((run) => run.method === method);
    const x = own.reduce(
      (a, { curve }) => (curve.length > a.length ? curve.map(({ step }) => step) : a),
      [] as number[],
    );
    const at = (i: number): number[] =>
      own.flatMap(({ curve, truth }) => (curve[i] ? [trace.of(curve[i].model, truth)] : []));
    const { title, role } = planar.methods[method]!;
    return {
      ...{ name: `${title} (${own.length} seed${own.length === 1 ? "" : "s"})`, role, x },
      y: x.map((_, i) => mean(at(i))),
      band: [x.map((_, i) => Math.min(...at(i))), x.map((_, i) => Math.max(...at(i)))],
    };
  });
  return {
    figure: traceLines({
      title,
      series: series
        .toSorted((a, b) => widthOf(b) - widthOf(a))
        .map((line) => ({
          ...line,
          x: Array.from(line.x, (step) => step / Math.max(...Array.from(line.x))),
        })),
      references: [{ name: trace.truthName, value: trace.truth }],
      ...{ yLabel: trace.label, yDomain: [0, 1] as const, xLabel: "share of the training" },
    }),
    caption: "Mean over seeds, with the band from the lowest to the highest.",
  };
}

const widthOf = ({ band }: Line): number => mean(Array.from(band![1], (high, i) => high - band![0][i]!));

/** Weights of the zones as bars, of the model, its chains and its flow. */
export function zoneBars(planar: Planar, runs: readonly FinishedRun[]): PageFigure[] {
  return runs.map((run) => {
    const { model, chains, flow } = run.learnt.weights;
    const bars = (name: string, role: Role, weights: readonly number[]) => ({
      name,
      role,
      estimates: weights.map(bare),
    });
    return {
      figure: barsFigure({
        title: `Weights of ${planar.zones.length} zones, ${titleOf(planar, run)}`,
        ...{ groups: planar.zones, truth: run.truth },
        series: [
          bars("model", roleOf(planar, run), model),
          ...(chains ? [bars("chains", "data", chains)] : []),
          ...(flow ? [bars("flow", "flow", flow)] : []),
        ],
      }),
      caption: "The model's by quadrature, exact but for the grid; shares of the chains and of 2048 draws of the flow.",
    };
  });
}

/** Acceptance of local moves and of jumps, of a run that has both. */
export function acceptanceFigures(planar: Planar, runs: readonly PlanarRun[]): PageFigure[] {
  return runs
    .filter(({ curve }) => curve.some((p) => p.globalAcceptance !== null))
    .map((run) => ({
      figure: traceLines({
        title: `Acceptance of local moves and of jumps, ${titleOf(planar, run)}`,
        series: [
          lineOf("local moves", "ebm", run.curve, (p) => p.localAcceptance),
          lineOf("jumps", "flow", run.curve, (p) => p.globalAcceptance),
        ],
        ...{ yLabel: "acceptance", yDomain: [0, 1] as const },
      }),
      caption: "Local and global moves are accepted for different reasons and are reported apart.",
    }));
}
