import { lawOf, most } from "./law.js";
import { linesOf } from "./lines.js";
import type { Part } from "./part.js";

/**
 * Energies at the cells of a view, log Z over all of the plane, lines of equal density, and the log-density `top` of the
 * fullest colour: the highest of the law behind the rows where it is known, so that pictures compare, else of the model.
 */
export const energies: Part = {
  name: "energies",
  async compute(at) {
    if (at.session.model.event[0] !== 2) return null;
    const values = await at.energies(at.view);
    const logZ = await at.logZ();
    const logs = values.map((e) => -e - logZ);
    const top = lawOf(at)?.top ?? most(logs);
    return { energy: Float32Array.from(values), logZ, top, lines: linesOf(logs, top, at.view) };
  },
};
