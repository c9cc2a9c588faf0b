import { tensor } from "ebbflow";
import { lawOf } from "./law.js";
import type { Part } from "./part.js";

/** Energy and log-densities at the point that a view asks about. */
export const point: Part = {
  name: "point",
  async compute(at) {
    const { view, programs, session } = at;
    if (!view.point || session.model.event[0] !== 2) return null;
    const rows = tensor(Float64Array.from(view.point), [1, 2]);
    const energy = (await programs.energies(rows))[0]!;
    return {
      energy,
      logP: -energy - (await at.logZ()),
      logQ: (await programs.flowDensities(rows))?.[0] ?? null,
      truth: lawOf(at)?.logDensity(rows)[0] ?? null,
    };
  },
};
