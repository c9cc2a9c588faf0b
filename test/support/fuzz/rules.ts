/** Rules by which random programs grow, all but loops. */

import * as ops from "../../../src/ops/index.js";
import type { DType } from "../../../src/util/tensor.js";
import { elementwise } from "./elementwise-rules.js";
import { type Floats, grown, type Rule } from "./grown.js";
import { pieces, views } from "./placing-rules.js";
import { positionRules } from "./position-rules.js";
import { known, products, sums } from "./sum-rules.js";

const DTYPES: readonly DType[] = ["float32", "float64"];
/** Values that no operand has a part in: known, and the same number everywhere. */
const leaves: readonly Rule[] = [
  (_, { a, b, n }) => [known([(a % 4) + 1, (b % 5) + 1].slice(n % 3), DTYPES[n % 2] as Floats, b % 9)],
  (_, { a, n }) => grown(ops.full([(a % 4) + 1], (n % 5) / 2, DTYPES[n % 2] as Floats), 2, 1),
];

export const plainRules: readonly Rule[] = [
  ...elementwise,
  ...elementwise,
  ...views,
  ...views,
  ...pieces,
  ...sums,
  ...sums,
  ...products,
  ...products,
  ...products,
  ...positionRules,
  ...leaves,
];
