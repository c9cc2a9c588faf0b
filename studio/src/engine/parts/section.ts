import { tensor } from "ebbflow";
import { lawOf } from "./law.js";
import type { Part } from "./part.js";

/** Points along a line. */
const POINTS = 161;

/** Energy and log-densities along the line of a view, at `distance` from where it begins. */
export const section: Part = {
  name: "section",
  async compute(at) {
    const { view, programs, session } = at;
    if (!view.line || session.model.event[0] !== 2) return null;
    const [x0, y0, x1, y1] = view.line;
    const share = (i: number): number => i / (POINTS - 1);
    const points = new Float64Array(2 * POINTS);
    for (let i = 0; i < POINTS; i++) {
      points[2 * i] = x0 + share(i) * (x1 - x0);
      points[2 * i + 1] = y0 + share(i) * (y1 - y0);
    }
    const rows = tensor(points, [POINTS, 2]);
    const energy = await programs.energies(rows);
    const logZ = await at.logZ();
    const logQ = await programs.flowDensities(rows);
    const truth = lawOf(at)?.logDensity(rows) as ArrayLike<number> | undefined;
    const length = Math.hypot(x1 - x0, y1 - y0);
    return {
      distance: Float64Array.from({ length: POINTS }, (_, i) => share(i) * length),
      energy,
      logP: energy.map((e) => -e - logZ),
      logQ,
      truth: truth ? Float64Array.from(truth) : null,
    };
  },
};
