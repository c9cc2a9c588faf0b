/** Every suite of cases: one file each. */

export { bounds } from "./suites/bounds.mjs";
export { checkpoints } from "./suites/checkpoints.mjs";
export { commands } from "./suites/commands.mjs";
export { contact } from "./suites/contact.mjs";
export { environments } from "./suites/environments.mjs";
export { kills } from "./suites/kills.mjs";
export { options } from "./suites/options.mjs";
export { paths } from "./suites/paths.mjs";
export { streams } from "./suites/streams.mjs";
export { tables } from "./suites/tables.mjs";
export { text } from "./suites/text.mjs";
export { yaml } from "./suites/yaml.mjs";
