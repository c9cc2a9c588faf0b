/** `ebbflow reproduce` */

import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import type { Experiment } from "../../experiments/experiment.js";
import * as members from "../../experiments/members.js";
import { findMember } from "../../util/options.js";
import { type ReproduceOptions, reproduceExperiments } from "../reproduce-experiments.js";
import { wholeNumber } from "../whole-number.js";

// Every experiment takes and gives plain data of its own; only it looks inside.
const registry = Object.values(members) as unknown as readonly Experiment[];

const help = `
Experiments:
${registry.map(({ name, about, data }) => `  ${name}: ${about}${data ? ` Needs --data: a folder of ${data.about}.` : ""}`).join("\n")}

One experiment writes to the folder of --out; several, or all, write to folders of their names in it, and a page above.
Of all, experiments that need --data are left out where it has nothing for them.
Trainings share the jobs. An experiment that fails to run does not keep the others from running.

A claim that does not come out is reported as failed, and the exit code is then 3.

Examples:
  ebbflow reproduce two-modes
  ebbflow reproduce all
  ebbflow reproduce two-modes objectives --budget full --jobs 8 --out runs/both
  ebbflow reproduce two-modes objectives --budget full --jobs 8 --out runs/both --resume`;

/** More than anybody waits for; a plan of them still fits in memory. */
const MOST_SEEDS = 1000;

/** Those of the names, each once; every one there is for `all`. */
function experimentsOf(names: readonly string[]): readonly Experiment[] {
  const named = new Set(names.filter((name) => name !== "all").map((name) => findMember("experiment", registry, name)));
  return names.includes("all") ? registry : [...named];
}

/** Declares the command. */
export function declare(command: Command): void {
  command
    .argument("<names...>", "experiments, or all")
    .addOption(new Option("--budget <size>", "how thoroughly").choices(["quick", "full"]).default("quick"))
    .option("--seeds <n>", "number of seeds (default: what the budget asks for)", wholeNumber(1, MOST_SEEDS))
    .option("--seed <n>", "the first seed", wholeNumber(0), 0)
    .option("-o, --out <dir>", "folder for results.json and report.html (default: the next free runs/<name>-<budget>)")
    .option("--data <dir>", "folder of the data of experiments that need one; its folders are looked into as well")
    .option("--jobs <n>", "trainings at the same time", wholeNumber(1), availableParallelism())
    .option("-f, --force", "overwrite results that are there")
    .option("--resume", "go on in the folder of --out: trainings that it has finished are not repeated")
    .option("--json", "print claims and numbers as one JSON document")
    .option("-q, --quiet", "no progress")
    .addHelpText("after", help)
    .action(async (names: readonly string[], options: ReproduceOptions) => {
      process.exitCode = await reproduceExperiments({ names, experiments: experimentsOf(names), options });
    });
}
