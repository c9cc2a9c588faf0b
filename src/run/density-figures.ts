/** What a run has learned, in the units of its data: a curve, a map, or pairs of columns. */

import { distributionOf, runKey } from "../config/prepare.js";
import type { Distribution } from "../data/dataset.js";
import { grid2d } from "../metrics/goodness/grid.js";
import type { Trained } from "../model/trained.js";
import { fold } from "../random/key.js";
import { rangeOf } from "../report/figures/axes.js";
import { densityMap } from "../report/figures/density-map.js";
import { densityScale } from "../report/figures/density-scale.js";
import { lineDensityFigure } from "../report/figures/line-density.js";
import type { Line } from "../report/figures/lines.js";
import type { PageFigure } from "../report/page.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { bitFigures } from "./bit-figures.js";
import type { OpenRun } from "./open.js";
import { pairScatter } from "./pair-scatter.js";

/** Cells along a side of a map, places along a curve, draws in a scatter plot. */
const [SIDE, PLACES, ROWS] = [120, 400, 300];
/** Draws whose shares are counted. */
const BIT_ROWS = 2000;
/** At most so many columns are paired. */
export const COLUMNS = 4;

/** A column's range with room around it, or the box of the distribution behind it. */
function boxOf(rows: FloatTensor, distribution: Distribution | undefined): (readonly [number, number])[] {
  const d = rows.shape[1] ?? 0;
  return Array.from({ length: d }, (_, j) => {
    const known = distribution?.box[j];
    if (known) return known;
    const [low, high] = rangeOf(Array.from(rows.data).filter((__, i) => i % d === j));
    const room = 0.15 * (high - low);
    return [low - room, high + room] as const;
  });
}

async function curve(run: OpenRun, rows: FloatTensor, { logDensity }: Trained): Promise<PageFigure[]> {
  const distribution = distributionOf(run.config);
  const [[low, high] = [0, 1]] = boxOf(rows, distribution);
  const x = Float64Array.from({ length: PLACES }, (_, i) => low + ((high - low) * (i + 0.5)) / PLACES);
  const at = tensor(x, [PLACES, 1]);
  const curves: Line[] = [
    ...(distribution
      ? [{ name: "truth", role: "truth" as const, x, y: distribution.logDensity(at).map(Math.exp) }]
      : []),
    { name: "model", role: "ebm", x, y: (await logDensity(at)).map(Math.exp) },
  ];
  const figure = lineDensityFigure({ title: "The learned density", curves, xLabel: run.data.columns[0] ?? "x1" });
  return [{ figure, caption: "The learned density, normalised by the estimate of log Z." }];
}

async function map(run: OpenRun, rows: FloatTensor, { logDensity }: Trained): Promise<PageFigure[]> {
  const distribution = distributionOf(run.config);
  const [x = [0, 1], y = [0, 1]] = boxOf(rows, distribution);
  const grid = grid2d([x, y], SIDE);
  const model = { grid, logP: await logDensity(grid.points) };
  const truth = distribution ? { grid, logP: distribution.logDensity(grid.points) } : undefined;
  const scale = densityScale(truth ? [truth, model] : [model]);
  const [first = "x1", second = "x2"] = run.data.columns;
  const axes = [first, second] as const;
  const points = truth ? [] : [{ name: "data", role: "data" as const, x: rows }];
  return [
    {
      figure: densityMap({ title: "The learned density", field: model, scale, axes, points }),
      caption: "The learned density.",
    },
    ...(truth
      ? [
          {
            figure: densityMap({ title: "The truth", field: truth, scale, axes }),
            caption: "The truth, on the same scale.",
          },
        ]
      : []),
  ];
}

/** Draws of the model beside the rows. */
const drawsOf = ({ config, sample }: Trained, n: number): Promise<FloatTensor> =>
  sample(n, { key: fold(runKey(config), "report"), chains: Math.min(n, 50) });

async function pairs(run: OpenRun, trained: Trained, rows: FloatTensor): Promise<PageFigure[]> {
  const { data } = run;
  const n = Math.min(ROWS, rows.shape[0] ?? ROWS);
  const points = await drawsOf(trained, n);
  const clouds = [
    { name: "data", role: "data" as const, x: rows },
    { name: "draws of the model", role: "ebm" as const, x: points },
  ];
  const d = Math.min(COLUMNS, data.columns.length);
  return Array.from({ length: d }, (_, i) => i).flatMap((i) =>
    Array.from({ length: d - i - 1 }, (_, k) => i + k + 1).map((j) => ({
      figure: pairScatter(clouds, data.columns, i, j),
      caption: `Rows of training and ${n} draws of the model: ${data.columns[i]} and ${data.columns[j]}.`,
    })),
  );
}

/** The figures of the learned density: a curve in one dimension, maps in two, pairs of columns in more; of bits how often they are on. */
export async function densityFigures(run: OpenRun, trained: Trained): Promise<PageFigure[]> {
  const { data, model } = run;
  const { support } = model.energy;
  const rows = data.coordinates.decode(data.train);
  if (support.kind === "binary")
    return bitFigures(rows, await drawsOf(trained, BIT_ROWS), data.columns, support.values[1]);
  if (data.columns.length > 2) return pairs(run, trained, rows);
  return data.columns.length === 1 ? curve(run, rows, trained) : map(run, rows, trained);
}
