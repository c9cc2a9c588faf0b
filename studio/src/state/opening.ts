/** What the studio shows when it is opened without an address: two trainings on the target of the paper, one of them wrong. */

import type { StudioState } from "./address.js";

const data = { dataset: "two-modes", options: { preset: "paper" }, points: 4000, standardize: false };

export const opening: StudioState = {
  runs: [
    { config: { data, objective: { name: "pcd" }, seed: 0 } },
    { config: { data, objective: { name: "balanced" }, seed: 0 } },
  ],
  show: "density",
  layers: ["data", "chains"],
};
