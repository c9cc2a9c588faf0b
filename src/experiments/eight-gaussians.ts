/** Figure 2 and table 1 of the paper, first line: eight equal Gaussians on a circle. */

import { planar } from "./planar/planar.js";
import { tableOne } from "./planar/table-one.js";

/** The first line of table 1. */
export const eightGaussians = planar(
  tableOne({
    name: "eight-gaussians",
    title: "Eight Gaussians on a circle",
    what: "eight Gaussians of equal weight on a circle",
    data: { dataset: "eight-gaussians", options: { preset: "paper" } },
    variance: 0.5225,
    zones: Array.from({ length: 8 }, (_, k) => `${45 * k}°`),
    line: { from: [-1.7, 0], to: [1.7, 0], title: "along the horizontal diameter" },
    paper: { "ula-ebm": 1.86, "nt-ebm": 0.97, "coop-flow": 58.75, paper: 0.94 },
    steps: 1000,
    quick: { paper: 0.94, balanced: 0.094 },
  }),
);
