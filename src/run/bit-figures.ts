/** What a run of binary points has learned: how often columns, and pairs of them, have their second value. */

import * as Plot from "@observablehq/plot";
import { bare, proportionEstimate } from "../metrics/intervals/interval.js";
import { linearAxis } from "../report/figures/axes.js";
import { barsFigure } from "../report/figures/bars.js";
import { pointMark } from "../report/figures/density-map.js";
import type { Figure } from "../report/figures/figure.js";
import type { PageFigure } from "../report/page.js";
import { roles } from "../report/roles.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import type { ModelDraws } from "./model-draws.js";

/** Bars that fit side by side, and pairs that are not too many for large points. */
const [BARS, MANY] = [16, 300];

/** The shares of weighted rows in which column `i` and column `j` are `high`, every pair with `i ≤ j`. */
function shares({ data, shape }: FloatTensor, weights: Float64Array, high: number): Float64Array {
  const [n = 0, d = 0] = shape;
  const counts = new Float64Array((d * (d + 1)) / 2);
  for (let row = 0; row < n; row++)
    for (let i = 0, at = 0; i < d; at += d - i, i++)
      if (data[row * d + i] === high)
        for (let j = i; j < d; j++) if (data[row * d + j] === high) counts[at + j - i]! += weights[row]!;
  return counts;
}

/** Where column `i` stands by itself in the list of pairs. */
const ownPlace = (i: number, d: number): number => i * d - (i * (i - 1)) / 2;

/** How often each column, and each pair of columns, is `high` in rows `(n, d)` and in draws. */
export interface SharesOfBits {
  readonly columns: readonly string[];
  readonly high: number;
  readonly rows: number;
  readonly seen: Float64Array;
  readonly drawn: Float64Array;
}

export const sharesOfBits = (
  rows: FloatTensor,
  { x, weights }: Pick<ModelDraws, "x" | "weights">,
  columns: readonly string[],
  high: number,
): SharesOfBits => ({
  ...{ columns, high, rows: rows.shape[0] ?? 0 },
  seen: shares(rows, new Float64Array(rows.shape[0] ?? 0).fill(1 / (rows.shape[0] ?? 1)), high),
  drawn: shares(x, weights, high),
});

/** Column by column. */
export function ownShares({ columns, high, rows, seen, drawn }: SharesOfBits): PageFigure {
  const d = columns.length;
  const first = columns.slice(0, BARS);
  const own = (all: Float64Array): number[] => first.map((_, i) => all[ownPlace(i, d)]!);
  const figure = barsFigure({
    title: `Shares of ${high}`,
    groups: first,
    series: [
      { name: "data", role: "data", estimates: own(seen).map((p) => proportionEstimate(p, rows)) },
      // Draws of one chain depend on one another: how much they are worth is not known here.
      { name: "draws of the model", role: "ebm", estimates: own(drawn).map(bare) },
    ],
    yLabel: "share of rows",
  });
  const of = columns.length > BARS ? ` The first ${BARS} of ${d} columns.` : "";
  return { figure, caption: `How often a column is ${high}, with 95 % intervals of the data.${of}` };
}

/** Pair by pair. */
export const pairShares = ({ columns: { length: d }, high, seen, drawn }: SharesOfBits): PageFigure => ({
  figure: pairsFigure(seen, drawn, d, high),
  caption: pairsCaption(d, high),
});

const pairsCaption = (d: number, high: number): string =>
  `The ${(d * (d - 1)) / 2} pairs of columns: how often both are ${high}, among the rows and among draws of the model. On the line both agree.`;

function pairsFigure(seen: Float64Array, drawn: Float64Array, d: number, high: number): Figure {
  const pairs: number[] = [];
  for (let i = 0; i < d; i++)
    for (let j = i + 1; j < d; j++) pairs.push(seen[ownPlace(i, d) + j - i]!, drawn[ownPlace(i, d) + j - i]!);
  const x = tensor(Float64Array.from(pairs), [pairs.length / 2, 2]);
  const top = Math.max(0.01, ...pairs);
  return {
    title: "Pairs of columns",
    description: `${x.shape[0]} pairs of columns as points: how often both are ${high}, in the data across and in draws of the model upwards.`,
    key: [{ name: "pairs", role: "ebm", mark: "dot" }],
    inner: 260,
    plot: {
      x: linearAxis("share of rows, data", [0, top]),
      y: linearAxis("share of rows, draws of the model", [0, top]),
      marks: [
        Plot.line(
          [
            [0, 0],
            [top, top],
          ],
          { stroke: roles.data.colour, strokeDasharray: roles.data.dash ?? "none" },
        ),
        pointMark({ role: "ebm", x }, pairs.length / 2 > MANY),
      ],
    },
  };
}
