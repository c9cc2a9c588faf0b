/** Every suite of cases: one file each. */

export { options } from "./suites/options.mjs";
