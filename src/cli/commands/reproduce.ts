/** `ebbflow reproduce` */

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type ExperimentProgress, executeExperiment } from "../../experiments/execute.node.js";
import type { Claim, Experiment, Outcome } from "../../experiments/experiment.js";
import { hasUnits } from "../../experiments/ledger.node.js";
import * as members from "../../experiments/members.js";
import { formatEstimate } from "../../report/format.js";
import { InputError } from "../../util/errors.js";
import { findMember } from "../../util/options.js";
import { textTable } from "../../util/text-table.js";
import { exitCodes } from "../exit-code.js";
import { dieOfInterrupt, onInterrupt } from "../interrupt.js";
import { liveLine } from "../live-line.js";
import { nextFree } from "../next-free.js";
import { print, printJson, quote, say } from "../terminal.js";
import { wholeNumber } from "../whole-number.js";

interface ReproduceOptions {
  readonly budget: "quick" | "full";
  readonly seeds?: number;
  readonly seed: number;
  readonly out?: string;
  readonly jobs: number;
  readonly force?: boolean;
  readonly resume?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

// Every experiment takes and gives plain data of its own; only it looks inside.
const experiments = Object.values(members) as unknown as readonly Experiment[];

const help = `
Experiments:
${experiments.map(({ name, about }) => `  ${name}: ${about}`).join("\n")}

A claim that does not come out is reported as failed, and the exit code is then 3.

Examples:
  ebbflow reproduce two-modes
  ebbflow reproduce two-modes --budget full --jobs 8 --out runs/figure-1
  ebbflow reproduce two-modes --budget full --out runs/figure-1 --resume`;

/** Declares the command. */
export function declare(command: Command): void {
  command
    .argument("<name>", "the experiment")
    .addOption(new Option("--budget <size>", "how thoroughly").choices(["quick", "full"]).default("quick"))
    .option("--seeds <n>", "number of seeds (default: what the budget asks for)", wholeNumber(1))
    .option("--seed <n>", "the first seed", wholeNumber(0), 0)
    .option("-o, --out <dir>", "folder for results.json and report.html (default: the next free runs/<name>-<budget>)")
    .option("--jobs <n>", "trainings at the same time", wholeNumber(1), availableParallelism())
    .option("-f, --force", "overwrite results that are there")
    .option("--resume", "go on in the folder of --out: trainings that it has finished are not repeated")
    .option("--json", "print claims and numbers as one JSON document")
    .option("-q, --quiet", "no progress")
    .addHelpText("after", help)
    .action(async (name: string, options: ReproduceOptions) => {
      process.exitCode = await reproduce(findMember("experiment", experiments, name), options);
    });
}

async function reproduce(experiment: Experiment, options: ReproduceOptions): Promise<number> {
  const { budget, seed, jobs, force = false, resume = false, json = false, quiet = false } = options;
  const seeds = options.seeds ?? experiment.seeds[budget];
  if (resume && options.out === undefined)
    throw new InputError("--resume needs --out: the folder whose trainings are to be gone on with");
  const out = options.out ?? nextFree(join("runs", `${experiment.name}-${budget}`));
  if (!force && !resume && existsSync(join(out, "results.json")))
    throw new InputError(`${out} has results already; choose another --out, or overwrite them with --force`);
  if (!force && !resume && hasUnits(out))
    throw new InputError(`${out} has finished trainings; go on with --resume, or discard them with --force`);
  const line = liveLine(process.stderr, quiet);
  const goOn = `ebbflow reproduce ${experiment.name} --budget ${budget} --seeds ${seeds} --seed ${seed} --out ${quote(out)} --resume`;
  // What is finished is written already.
  const interrupted = (): void => {
    line.say(`interrupted; go on with: ${goOn}`);
    dieOfInterrupt();
  };
  const ignore = onInterrupt(interrupted, interrupted);
  const progress = (state: ExperimentProgress): void => line.show(showState(state));
  let outcome: Outcome;
  try {
    outcome = await executeExperiment(experiment, { budget, seeds, seed, jobs, out, resume, progress });
  } finally {
    ignore();
    line.end();
  }
  const passed = outcome.claims.every((claim) => claim.passed);
  if (json)
    printJson({ experiment: experiment.name, cite: experiment.cite, budget, seeds, seed, out, passed, ...outcome });
  else for (const line of showOutcome(experiment, outcome)) print(line);
  if (!quiet && !json) say(`\nreport: ${quote(join(out, "report.html"))}`);
  return passed ? 0 : exitCodes.numeric;
}

function showState({ finished, total, active }: ExperimentProgress): string {
  const at = active.map(({ label, done }) => `${label} ${Math.floor(100 * done)} %`);
  return [`${finished}/${total} done`, ...at].join("  ");
}

function showClaim({ name, value, interval, expected, passed, negativeControl }: Claim): string[] {
  const measured = formatEstimate({ value, interval, standardError: null });
  const control = negativeControl ? " (must fail, as a control)" : "";
  return [`  ${passed ? "passed" : "FAILED"}  ${name}${control}: ${measured}`, `          expected ${expected}`];
}

function showOutcome({ name, cite }: Experiment, { table, claims }: Outcome): string[] {
  const held = claims.filter((claim) => claim.passed).length;
  return [
    `${name}: ${cite}`,
    "",
    textTable([table.columns, ...table.rows], "  "),
    "",
    `${held} of ${claims.length} claims came out`,
    ...claims.flatMap(showClaim),
  ];
}
