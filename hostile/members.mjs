/** Every suite of cases: one file each. */

export { checkpoints } from "./suites/checkpoints.mjs";
export { kills } from "./suites/kills.mjs";
export { options } from "./suites/options.mjs";
