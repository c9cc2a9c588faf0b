import { config as configs } from "ebbflow";
import { gridOf } from "./grid.js";
import type { Part } from "./part.js";

/** Log-densities of the law behind the rows at the cells of a view, where it is known. */
export const truth: Part = {
  name: "truth",
  async compute({ session, view }) {
    const law = configs.distributionOf(session.config);
    return law ? { logDensity: Float32Array.from(law.logDensity(gridOf(view).points)) } : null;
  },
};
