/** `ebbflow resume` */

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { newestCheckpoint } from "../../model/checkpoints.js";
import { folderAt } from "../../model/files.node.js";
import type { OpenRun } from "../../run/open.js";
import type { RunSummary } from "../../run/run-summary.js";
import { readSummary } from "../../run/summarize.js";
import type { SessionMeta } from "../../train/checkpoint.js";
import { InputError } from "../../util/errors.js";
import { type FollowOptions, followRun } from "../follow-run.js";
import { notice, openRunFor } from "../open-model.js";
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
      const run = openRunFor(path);
      const summary = (await isTrained(run)) ? summaryOf(run) : null;
      if (!summary) {
        process.exitCode = await followRun(path, options);
        return;
      }
      const { steps } = run.config;
      say(`${path} is finished: ${summary.ended ? summary.steps : steps} of ${steps} steps are done`);
      tellSummary(run, summary, options);
    });
}

/** Whether the last checkpoint is there, and whole. */
async function isTrained({ directory, config }: OpenRun): Promise<boolean> {
  // What was passed over is told by who goes on.
  const newest = await newestCheckpoint(folderAt(directory.path), "checkpoints").catch(orNull);
  return newest !== null && (newest.step >= config.steps || (newest.meta as Partial<SessionMeta>).ended === true);
}

function orNull(error: unknown): null {
  if (error instanceof InputError) return null;
  throw error;
}

/** What a judgement says; `null` where there is none yet, or it is damaged and is made anew. */
function summaryOf({ directory }: OpenRun): RunSummary | null {
  if (!existsSync(directory.files.summary)) return null;
  try {
    return readSummary(directory);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    notice(`${directory.files.summary} cannot be read, and the run is judged again: ${error.message}`);
    return null;
  }
}
