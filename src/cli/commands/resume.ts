/** `ebbflow resume` */

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { type OpenRun, openRun } from "../../run/open.js";
import { readSummary } from "../../run/summarize.js";
import { listCheckpoints, loadCheckpoint } from "../../store/checkpoint.js";
import type { SessionMeta } from "../../train/checkpoint.js";
import { InputError } from "../../util/errors.js";
import { type FollowOptions, followRun } from "../follow-run.js";
import { tellSummary } from "../tell-summary.js";
import { say } from "../terminal.js";

const help = `
A run that was interrupted, killed, or lost its disk goes on from its newest whole checkpoint and ends exactly as if
nothing had happened.

Example:
  ebbflow resume runs/mine`;

/** Declares the command. */
export function declare(command: Command): void {
  command
    .argument("<dir>", "folder of the run")
    .option("--json", "print the result as one JSON document")
    .option("-q, --quiet", "no progress")
    .addHelpText("after", help)
    .action(async (path: string, options: FollowOptions) => {
      const run = openRun(path);
      if (!isFinished(run)) {
        process.exitCode = await followRun(path, options);
        return;
      }
      const summary = readSummary(run.directory);
      const { steps } = run.config;
      say(`${path} is finished: ${summary.ended ? summary.steps : steps} of ${steps} steps are done`);
      tellSummary(run, summary, options);
    });
}

/** Whether the last checkpoint is there, whole, and judged. */
function isFinished({ directory: { files }, config }: OpenRun): boolean {
  const newest = listCheckpoints(files.checkpoints)[0];
  if (newest === undefined || !existsSync(files.summary)) return false;
  try {
    const { meta } = loadCheckpoint(newest.file);
    return newest.step >= config.steps || (meta as Partial<SessionMeta>).ended === true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
