/** `ebbflow evaluate` */

import type { Command } from "commander";
import { summarize } from "../../run/summarize.js";
import { lockRunDirectory } from "../../store/run-lock.js";
import { notice, openRunFor } from "../open-model.js";
import { tellSummary } from "../tell-summary.js";
import { wholeNumber } from "../whole-number.js";
import { askAsRun } from "../with-engine.js";

interface EvaluateOptions {
  readonly last?: boolean;
  readonly draws?: number;
  readonly json?: boolean;
}

const help = `
Every estimator of log Z that applies is asked; where they do not agree, nothing is decided. Rows that training never
saw are used for the likelihoods; summary.json in the folder is written anew.

Examples:
  ebbflow evaluate runs/mine
  ebbflow evaluate runs/mine --last --draws 100000   # the newest parameters, a ten times finer log Z
  ebbflow evaluate runs/mine --json | jq .summary.evaluation.gain`;

/** Declares the command. */
export function declare(command: Command): void {
  command
    .argument("<dir>", "folder of the run")
    .option("--last", "the newest parameters, not the best on validation rows")
    .option("--draws <n>", "draws of the importance estimate of log Z; the others take about as long", wholeNumber(100))
    .option("--json", "print the result as one JSON document")
    .addHelpText("after", help)
    .action(async (path: string, { last, draws, json }: EvaluateOptions) => {
      const run = openRunFor(path);
      askAsRun(run.directory);
      const release = lockRunDirectory(path);
      try {
        const select = last ? { select: "last" as const } : {};
        const summary = await summarize(run, { notice, ...select, ...(draws === undefined ? {} : { draws }) });
        tellSummary(run, summary, json ? { json } : {});
      } finally {
        release();
      }
    });
}
