import { gridOf } from "./grid.js";
import { lawOf, most } from "./law.js";
import { linesOf } from "./lines.js";
import type { Part } from "./part.js";

/** Log-densities of the flow at the cells of a view, with lines and the `top` as those of the energy have them. */
export const flowDensity: Part = {
  name: "flow-density",
  async compute(at) {
    if (at.session.model.event[0] !== 2) return null;
    const values = await at.programs.flowDensities(gridOf(at.view).points);
    if (!values) return null;
    const top = lawOf(at)?.top ?? most(values);
    return { logDensity: Float32Array.from(values), top, lines: linesOf(values, top, at.view) };
  },
};
