/** What bits are by themselves, one column at a time. */

import { columnMeans } from "../util/moments.js";
import type { FloatTensor } from "../util/tensor.js";

/** Logits of the means of rows of 0 and 1, with one row of halves more: finite where a unit never changes. */
export const baseRateLogits = (rows: FloatTensor, n: number): Float64Array =>
  columnMeans(rows.data, n).map((mean) => {
    const ones = mean * rows.shape[0]! + 0.5;
    return Math.log(ones / (rows.shape[0]! + 1 - ones));
  });
