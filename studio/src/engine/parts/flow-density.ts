import { gridOf } from "./grid.js";
import type { Part } from "./part.js";

/** Log-densities of the flow at the cells of a view. */
export const flowDensity: Part = {
  name: "flow-density",
  async compute({ programs, view }) {
    const values = await programs.flowDensities(gridOf(view).points);
    return values && { logDensity: Float32Array.from(values) };
  },
};
