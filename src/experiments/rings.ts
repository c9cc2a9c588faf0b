/** Figure 2 and table 1 of the paper, second line: four rings around one another. */

import { planar } from "./planar/planar.js";
import { tableOne } from "./planar/table-one.js";

/** The second line of table 1. */
export const rings = planar(
  tableOne({
    name: "rings",
    title: "Four rings",
    what: "four rings of equal weight around one another",
    data: { dataset: "rings", options: { preset: "slips" } },
    variance: 3.761,
    zones: ["ring 1", "ring 2", "ring 3", "ring 4"],
    line: { from: [-5, 0], to: [5, 0], title: "along the horizontal diameter" },
    paper: { "ula-ebm": 5.39, "nt-ebm": 0.62, "coop-flow": 7.78, paper: 0.4 },
    steps: 1500,
    quick: { balanced: 0.4 },
  }),
);
