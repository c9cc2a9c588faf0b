import { gridOf } from "./grid.js";
import type { Part } from "./part.js";

/** Arrows along each axis. */
const SIDE = 17;

/** `−∇E` on a coarse grid: where a chain is drawn. */
export const forces: Part = {
  name: "forces",
  async compute({ programs, session, view: { box } }) {
    if (session.model.event[0] !== 2) return null;
    const { points } = gridOf({ box, side: SIDE });
    const forces = await programs.forces(points);
    return forces && { points: Float32Array.from(points.data), forces: Float32Array.from(forces) };
  },
};
