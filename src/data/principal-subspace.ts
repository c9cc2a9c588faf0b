/** The directions in which rows vary most. */

import { normal } from "../random/draw.js";
import type { Key } from "../random/key.js";
import { columnCovariance } from "../util/moments.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";

/** Steps: a direction that varies half as much as the last one kept is in its place to 1e-9 of it by then. */
const STEPS = 30;

/** Columns made orthonormal, one after the other, twice (Gram & Schmidt), each column in a row of its own. */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const column of columns) {
    const v = Float64Array.from(column);
    for (let pass = 0; pass < 2; pass++)
      for (const u of done) {
        const along = v.reduce((s, x, i) => s + x * u[i]!, 0);
        for (let i = 0; i < v.length; i++) v[i]! -= along * u[i]!;
      }
    const length = Math.hypot(...v);
    done.push(v.map((x) => (length > 0 ? x / length : 0)));
  }
  return done;
}

/**
 * Rows `(n, d)` in the coordinates of their first `k` principal directions, up to a rotation among these:
 * `x ↦ Qᵀ(x − mean)`, Q by orthogonal iteration with the covariance (Golub & Van Loan 2013, 8.2.4).
 */
export function principalSubspace(rows: FloatTensor, k: number, key: Key): (x: FloatTensor) => Tensor<Float64Array> {
  const d = rows.shape[1]!;
  const { mean, covariance } = columnCovariance(rows.data, d);
  const start = normal(key, [k, d], "float64").data;
  let basis = orthonormal(Array.from({ length: k }, (_, i) => start.slice(i * d, (i + 1) * d)));
  for (let step = 0; step < STEPS; step++)
    basis = orthonormal(
      basis.map((v) =>
        Float64Array.from({ length: d }, (_, i) => {
          let s = 0;
          for (let j = 0; j < d; j++) s += covariance[i * d + j]! * v[j]!;
          return s;
        }),
      ),
    );
  return ({ data, shape: [n = 0] }) => {
    const out = new Float64Array(n * k);
    for (let i = 0; i < n; i++)
      for (const [c, v] of basis.entries())
        for (let j = 0; j < d; j++) out[i * k + c]! += v[j]! * (data[i * d + j]! - mean[j]!);
    return tensor(out, [n, k]);
  };
}
