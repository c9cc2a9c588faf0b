/** Two columns against each other, data beside draws: what a density of many columns looks like. */

import { linearAxis, rangeOf } from "../report/figures/axes.js";
import { cloudName } from "../report/figures/cloud.js";
import { pointMark } from "../report/figures/density-map.js";
import type { Figure } from "../report/figures/figure.js";
import type { Role } from "../report/roles.js";
import { type FloatTensor, tensor } from "../util/tensor.js";

/** Rows `(n, d)` of one origin. */
export interface Rows {
  readonly name: string;
  readonly role: Role;
  readonly x: FloatTensor;
}

/** Height of the plot, and how many points of one origin are too many for large ones. */
const [INNER, MANY] = [260, 300];

/** Columns `i` and `j` of `(n, d)` as `(n, 2)`. */
function pairOf({ data, shape }: FloatTensor, i: number, j: number): FloatTensor {
  const [n = 0, d = 0] = shape;
  const pair = new Float64Array(2 * n);
  for (let row = 0; row < n; row++) pair.set([data[row * d + i]!, data[row * d + j]!], 2 * row);
  return tensor(pair, [n, 2]);
}

/** The figure of one pair of columns; the first rows are drawn first, under the others. */
export function pairScatter(rows: readonly Rows[], columns: readonly string[], i: number, j: number): Figure {
  const clouds = rows.map(({ name, role, x }) => ({ name, role, x: pairOf(x, i, j), size: x.shape[0] ?? 0 }));
  const range = (k: number): [number, number] =>
    rangeOf(clouds.flatMap(({ x }) => Array.from({ length: x.data.length / 2 }, (_, row) => x.data[2 * row + k]!)));
  const [across, up] = [columns[i] ?? `x${i + 1}`, columns[j] ?? `x${j + 1}`];
  return {
    title: `${up} against ${across}`,
    description: `${up} against ${across} as points: ${clouds.map(({ name, size }) => `${size} of ${name}`).join(", ")}.`,
    key: clouds.map(({ name, role, size }) => ({ name: cloudName(name, size), role, mark: "dot" })),
    inner: INNER,
    plot: {
      x: linearAxis(across, range(0)),
      y: linearAxis(up, range(1)),
      marks: clouds.map((cloud) => pointMark(cloud, cloud.size > MANY)),
    },
  };
}
