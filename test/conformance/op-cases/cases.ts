/** Every operation's cases. */

import type { OpCases } from "../../support/op-case.js";
import { arithmetic } from "./arithmetic.js";
import { control } from "./control.js";
import { extrema } from "./extrema.js";
import { indexing } from "./indexing.js";
import { leaf } from "./leaf.js";
import { linalg } from "./linalg.js";
import { pieces } from "./pieces.js";
import { shape } from "./shape.js";
import { special } from "./special.js";

/** An operation without a case does not compile. */
export const cases: OpCases = {
  ...arithmetic,
  ...control,
  ...extrema,
  ...indexing,
  ...leaf,
  ...linalg,
  ...pieces,
  ...shape,
  ...special,
};
