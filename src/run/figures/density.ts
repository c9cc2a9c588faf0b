import { distributionOf } from "../../config/prepare.js";
import { type Grid2d, type GridDensity, grid2d } from "../../metrics/goodness/grid.js";
import { densityMap } from "../../report/figures/density-map.js";
import { type DensityScale, densityScale } from "../../report/figures/density-scale.js";
import { lineDensityFigure } from "../../report/figures/line-density.js";
import type { Line } from "../../report/figures/lines.js";
import type { PageFigure } from "../../report/page.js";
import { tensor } from "../../util/tensor.js";
import { boxOf } from "../plane.js";
import { histogram } from "../smoothed-columns.js";
import type { RunView } from "../view.js";
import { onlyPlain, onlyReal, type RunFigure } from "./run-figure.js";

/** Cells along a side of a map, places along a curve. */
const [SIDE, PLACES] = [120, 400];

/** The outline of a histogram. */
function bars(rows: Float64Array, [low, high]: readonly [number, number]): Pick<Line, "x" | "y"> {
  const heights = histogram(rows, [low, high]);
  const place = (k: number): number => low + (k / heights.length) * (high - low);
  return {
    x: Float64Array.from({ length: 2 * heights.length }, (_, i) => place(Math.floor((i + 1) / 2))),
    y: Float64Array.from({ length: 2 * heights.length }, (_, i) => heights[Math.floor(i / 2)]!),
  };
}

async function curve(view: RunView): Promise<PageFigure> {
  const { run, trained } = view;
  const distribution = distributionOf(run.config);
  const [[low, high] = [0, 1]] = boxOf(view);
  const x = Float64Array.from({ length: PLACES }, (_, i) => low + ((high - low) * (i + 0.5)) / PLACES);
  const at = tensor(x, [PLACES, 1]);
  const curves: Line[] = [
    ...(distribution
      ? [{ name: "truth", role: "truth" as const, x, y: distribution.logDensity(at).map(Math.exp) }]
      : []),
    { name: `rows (${view.rows.shape[0]})`, role: "data", ...bars(Float64Array.from(view.rows.data), [low, high]) },
    { name: "model", role: "ebm", x, y: (await trained.logDensity(at)).map(Math.exp) },
  ];
  const figure = lineDensityFigure({ title: "The learned density", curves, xLabel: run.data.columns[0] ?? "x1" });
  return { figure, caption: "The learned density, normalised by the estimate of log Z, and the rows as a histogram." };
}

/** The model and, where it is known, the truth on one grid, with one scale of colours for both. */
export async function fieldsOf(
  view: RunView,
): Promise<{ model: GridDensity; truth: GridDensity | undefined; scale: DensityScale }> {
  const distribution = distributionOf(view.run.config);
  const [x = [0, 1], y = [0, 1]] = boxOf(view);
  const grid: Grid2d = grid2d([x, y], SIDE);
  const model = { grid, logP: await view.trained.logDensity(grid.points) };
  const truth = distribution ? { grid, logP: distribution.logDensity(grid.points) } : undefined;
  return { model, truth, scale: densityScale(truth ? [truth, model] : [model]) };
}

export const axesOf = ({ run }: RunView): readonly [string, string] => {
  const [first = "x1", second = "x2"] = run.data.columns;
  return [first, second];
};

/** The density itself, where that can be drawn whole: a curve of one column, a map of two. */
export const density: RunFigure = {
  name: "density",
  about: "the density itself: a curve of one column, a map of two under the rows",
  whyNot: (view) =>
    onlyReal(view) ??
    onlyPlain(view) ??
    (view.run.data.columns.length <= 2 ? null : "there are more than two columns: take pairs"),
  async draw(view) {
    if (view.run.data.columns.length === 1) return curve(view);
    const { model, scale } = await fieldsOf(view);
    const points = [{ name: "rows", role: "data" as const, x: view.rows }];
    const figure = densityMap({ title: "The learned density", field: model, scale, axes: axesOf(view), points });
    return { figure, caption: "The learned density, and rows on top." };
  },
};
