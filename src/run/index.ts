export { createRun, type NewRun } from "./create.js";
export { executeRun, type RunEvent, type RunHooks, type RunOutcome } from "./execute.js";
export { launchRun, type RunningRun } from "./launch.js";
export { type OpenRun, openRun } from "./open.js";
export type { RunSummary } from "./run-summary.js";
export { readSummary, type SummarizeOptions, summarize } from "./summarize.js";
