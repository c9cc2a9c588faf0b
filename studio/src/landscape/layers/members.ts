/** Layers, one line each, from the lowest to the highest; the number keys turn them on and off in this order. */

import { chains } from "./chains.js";
import { data } from "./data.js";
import { flowGrid } from "./flow-grid.js";
import { flowRows } from "./flow-rows.js";
import { forces } from "./forces.js";
import type { Layer } from "./layer.js";
import { truth } from "./truth.js";

export const layers: readonly Layer[] = [
  //
  truth,
  forces,
  flowGrid,
  data,
  flowRows,
  chains,
];
