/** Every suite of cases: one file each. */

export { bounds } from "./suites/bounds.mjs";
export { checkpoints } from "./suites/checkpoints.mjs";
export { kills } from "./suites/kills.mjs";
export { options } from "./suites/options.mjs";
