import { proportionEstimate } from "../../metrics/intervals/interval.js";
import { barsFigure } from "../../report/figures/bars.js";
import type { FloatTensor } from "../../util/tensor.js";
import type { RunView } from "../view.js";
import type { RunFigure } from "./run-figure.js";

/** Bars that fit side by side. */
const BARS = 16;

/** Categories of a run, by column: the number of each and what it is called. */
function categoriesOf({ run, rows }: RunView): { readonly j: number; readonly cell: number; readonly name: string }[] {
  const { coordinates } = run.data;
  return coordinates.kept.flatMap((j) => {
    const { nominal, name, text } = coordinates.columns[j]!;
    if (!nominal) return [];
    const cells = new Set(columnOf(rows, j));
    const write = (cell: number): string => text?.write(cell) ?? String(cell);
    return [...cells].sort((a, b) => a - b).map((cell) => ({ j, cell, name: `${name} ${write(cell)}` }));
  });
}

const columnOf = ({ data, shape }: FloatTensor, j: number): Float64Array =>
  Float64Array.from({ length: shape[0]! }, (_, i) => data[i * shape[1]! + j]!);

/** How common each category is. */
export const categories: RunFigure = {
  name: "categories",
  about: "columns of categories: how common each is, in the rows and in draws of the model",
  whyNot: (view) => (categoriesOf(view).length > 0 ? null : "no column holds categories"),
  async draw(view) {
    const all = categoriesOf(view);
    const shown = all.slice(0, BARS);
    const { x, weights, size, from } = await view.draws();
    const n = view.rows.shape[0]!;
    const share = (cells: Float64Array, cell: number, w: (i: number) => number): number =>
      cells.reduce((s, v, i) => s + (v === cell ? w(i) : 0), 0);
    const of = all.length > BARS ? ` The first ${BARS} of ${all.length}.` : "";
    return {
      figure: barsFigure({
        title: "Categories",
        groups: shown.map(({ name }) => name),
        series: [
          {
            ...{ name: "rows", role: "data" },
            estimates: shown.map(({ j, cell }) =>
              proportionEstimate(
                share(columnOf(view.rows, j), cell, () => 1 / n),
                n,
              ),
            ),
          },
          {
            ...{ name: "model", role: "ebm" },
            estimates: shown.map(({ j, cell }) =>
              proportionEstimate(
                Math.min(
                  1,
                  share(columnOf(x, j), cell, (i) => weights[i]!),
                ),
                size,
              ),
            ),
          },
        ],
        yLabel: "share",
      }),
      caption: `How common each category is, with 95 % intervals; the model by ${from}.${of}`,
    };
  },
};
