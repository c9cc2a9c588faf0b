import { type Grid2d, grid2d } from "ebbflow/metrics";
import type { View } from "../messages.js";

/** Cells of a view: number `i · side + j` has the i-th x and the j-th y. */
export const gridOf = ({ box, side }: View): Grid2d => grid2d(box, side);
