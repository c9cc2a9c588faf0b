import { gridOf } from "./grid.js";
import { most } from "./law.js";
import { linesOf } from "./lines.js";
import { logSum } from "./log-sum.js";
import type { Part } from "./part.js";

/**
 * The energy as chains in the base of the flow feel it, `E(T(z)) − log |det J_T(z)|`, at the cells of a view of the base.
 * Where the flow is the model, it is that of the base itself.
 */
export const latent: Part = {
  name: "latent",
  async compute({ session, programs, view }) {
    if (session.model.event[0] !== 2) return null;
    const grid = gridOf(view);
    const values = await programs.latentEnergies(grid.points);
    if (!values) return null;
    const logZ = logSum(values.map((e) => -e)) + Math.log(grid.cell);
    const logs = values.map((e) => -e - logZ);
    const top = most(logs);
    return { energy: Float32Array.from(values), logZ, top, lines: linesOf(logs, top, view) };
  },
};
