/** Everything that a page offers for download, in the order of its menu. */

import { chains } from "./chains.js";
import { draws } from "./draws.js";
import { energyOnnx } from "./energy-onnx.js";
import type { FileMember } from "./file.js";
import { flowDraws } from "./flow-draws.js";
import { model } from "./model.js";
import { weights } from "./weights.js";

export const files: readonly FileMember[] = [
  //
  model,
  weights,
  energyOnnx,
  ...draws,
  ...chains,
  ...flowDraws,
];
