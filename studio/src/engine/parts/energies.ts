import { gridOf } from "./grid.js";
import type { Part } from "./part.js";

/** Energies at the cells of a view, and log Z over it: exact but for the grid, where the view holds all of the mass. */
export const energies: Part = {
  name: "energies",
  async compute({ programs, view }) {
    const grid = gridOf(view);
    const values = await programs.energies(grid.points);
    return { energy: Float32Array.from(values), logZ: logSum(values.map((e) => -e)) + Math.log(grid.cell) };
  },
};

/** `log Σ exp(v)`. */
export function logSum(values: Float64Array): number {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return most === Number.NEGATIVE_INFINITY
    ? most
    : most + Math.log(values.reduce((sum, v) => sum + Math.exp(v - most), 0));
}
