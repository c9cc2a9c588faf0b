/** The golden values of `test/golden/goodness.py`, and rows as tensors. */

import { readFileSync } from "node:fs";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";

type Rows = readonly (readonly number[])[];

export interface GoodnessGolden {
  readonly pairs: readonly {
    readonly name: string;
    readonly x: Rows;
    readonly y: Rows;
    readonly bandwidth: number;
    readonly rbf: number;
    readonly imq: number;
    readonly energy: number;
    readonly wasserstein1: number | null;
    readonly wasserstein2: number | null;
  }[];
  readonly stein: readonly {
    readonly x: Rows;
    readonly scores: Rows;
    readonly scale: number;
    readonly beta: number;
    readonly u: number;
    readonly v: number;
  }[];
}

export const golden = JSON.parse(
  readFileSync(new URL("../golden/goodness.json", import.meta.url), "utf8"),
) as GoodnessGolden;

/** Rows as a tensor `(n, d)` in double precision. */
export const rowsOf = (rows: Rows): FloatTensor =>
  tensor(Float64Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);
