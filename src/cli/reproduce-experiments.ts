/** Running experiments from the command line: folders, progress, what came out, and the exit code that says so. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DataFile } from "../experiments/data-files.js";
import { takeFiles } from "../experiments/data-files.node.js";
import { executeExperiments, type Reproduced, type Reproduction } from "../experiments/execute.node.js";
import type { Experiment } from "../experiments/experiment.js";
import { hasUnits } from "../experiments/ledger.node.js";
import { allPassed, writeOverview } from "../experiments/overview.node.js";
import type { UnitRunner } from "../experiments/unit-thread.node.js";
import { makeFolder } from "../store/disk.js";
import { lockRunDirectory } from "../store/run-lock.js";
import { InputError } from "../util/errors.js";
import { exitCodeOf } from "./exit-code.js";
import { exitCodes } from "./exit-codes.js";
import { dieOfInterrupt, onInterrupt } from "./interrupt.js";
import { liveLine } from "./live-line.js";
import { nextFree } from "./next-free.js";
import { jsonOf, showOne, showSeveral, showState, showVerdict } from "./show-reproduction.js";
import { print, printJson, quote, say } from "./terminal.js";

export interface ReproduceOptions {
  readonly budget: "quick" | "full";
  readonly seeds?: number;
  readonly seed: number;
  readonly out?: string;
  /** A folder of data for experiments that need one. */
  readonly data?: string;
  readonly jobs: number;
  readonly force?: boolean;
  readonly resume?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface Asked {
  /** What was typed: names of experiments, or `all`. */
  readonly names: readonly string[];
  readonly experiments: readonly Experiment[];
  readonly options: ReproduceOptions;
  /** What does units, where no threads should. */
  readonly runner?: () => UnitRunner;
}

/** Where everything goes: one experiment into the folder itself, several into folders of their names in it. */
interface Plan {
  readonly out: string;
  readonly reproductions: readonly Reproduction[];
  /** Several experiments have a page and results above theirs. */
  readonly several: boolean;
}

function planOf({ names, experiments, options }: Asked): Plan {
  const { budget, seed } = options;
  const several = names.includes("all") || experiments.length > 1;
  const out = options.out ?? nextFree(join("runs", `${names.join("+")}-${budget}`));
  const reproductions = experiments.flatMap((experiment): Reproduction[] => {
    const given = dataOf(experiment, names.includes(experiment.name), options.data);
    if (!given) return [];
    const { folder, data } = given;
    const seeds = options.seeds ?? experiment.seeds[budget];
    const asked = { budget, seeds, seed, ...(data ? { data } : {}) };
    return [{ experiment, asked, out: several ? join(out, experiment.name) : out, ...(folder ? { folder } : {}) }];
  });
  return { out, reproductions, several };
}

/**
 * The files that an experiment needs, where it needs any; nothing where they are missing and it was not asked for by name.
 * @throws InputError where it was.
 */
function dataOf(
  { name, data: need }: Experiment,
  named: boolean,
  folder: string | undefined,
): (Pick<Reproduction, "folder"> & { readonly data?: readonly DataFile[] }) | undefined {
  if (!need) return {};
  try {
    if (folder === undefined) throw new InputError(`needs a folder of ${need.about}; give it with --data <dir>`);
    return { folder, data: takeFiles(folder, need) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (named) throw new InputError(`${name}: ${error.message}`, [], { cause: error });
    say(`${name} is left out: ${error.message}`);
    return undefined;
  }
}

/** @throws InputError when a folder has what would be overwritten. */
function expectFree({ out, reproductions }: Plan): void {
  for (const folder of [out, ...reproductions.map((one) => one.out)]) {
    if (existsSync(join(folder, "results.json")))
      throw new InputError(`${folder} has results already; choose another --out, or overwrite them with --force`);
    if (hasUnits(folder))
      throw new InputError(`${folder} has finished trainings; go on with --resume, or discard them with --force`);
  }
}

/** The command that does all of it, but for the folder. */
const commandOf = ({ names, options: { budget, seeds, seed, data } }: Asked): string =>
  [
    `ebbflow reproduce ${names.join(" ")} --budget ${budget}`,
    ...(seeds === undefined ? [] : [`--seeds ${seeds}`]),
    `--seed ${seed}`,
    ...(data === undefined ? [] : [`--data ${quote(data)}`]),
  ].join(" ");

/** Run the experiments of a plan; what was found, in its order. */
async function execute(plan: Plan, { options, runner, ...asked }: Asked): Promise<readonly Reproduced[]> {
  const { jobs, resume = false, quiet = false } = options;
  const { out, reproductions, several } = plan;
  const command = commandOf({ ...asked, options });
  const line = liveLine(process.stderr, quiet);
  // What is finished is written already.
  const interrupted = (): void => {
    line.say(`interrupted; go on with: ${command} --out ${quote(out)} --resume`);
    dieOfInterrupt();
  };
  const done = new Map<string, Reproduced>();
  const concluded = (one: Reproduced): void => {
    done.set(one.experiment.name, one);
    if (!several) return;
    if (!quiet) line.say(`${one.experiment.name}: ${showVerdict(one)}`);
    const reproduced = reproductions.flatMap(({ experiment }) => done.get(experiment.name) ?? []);
    writeOverview(out, { reproduced, asked: reproductions.length, command });
  };
  const release = several ? holdFolder(out) : () => {};
  const ignore = onInterrupt(interrupted, interrupted);
  try {
    return await executeExperiments(reproductions, {
      ...{ jobs, resume, concluded, progress: (state) => line.show(showState(state, several)) },
      ...(runner ? { runner } : {}),
    });
  } finally {
    ignore();
    line.end();
    release();
  }
}

function holdFolder(out: string): () => void {
  makeFolder(out);
  return lockRunDirectory(out);
}

/** Reproduce experiments and say what came out; the exit code. */
export async function reproduceExperiments(asked: Asked): Promise<number> {
  const { budget, seed, out: given, force = false, resume = false, json = false, quiet = false } = asked.options;
  if (resume && given === undefined)
    throw new InputError("--resume needs --out: the folder whose trainings are to be gone on with");
  const plan = planOf(asked);
  if (!force && !resume) expectFree(plan);
  const reproduced = await execute(plan, asked);
  const { out, several } = plan;
  const passed = reproduced.every(allPassed);
  if (!several && reproduced[0]?.failure) throw reproduced[0].failure.error;
  if (json)
    printJson(several ? { budget, seed, out, passed, experiments: reproduced.map(jsonOf) } : jsonOf(reproduced[0]!));
  else for (const line of several ? showSeveral(reproduced) : reproduced.flatMap(showOne)) print(line);
  const codes = reproduced.flatMap(({ experiment, failure }) => {
    if (!failure) return [];
    say("", `${experiment.name} failed to run${failure.unit ? `, in ${failure.unit}` : ""}:`);
    return exitCodeOf(failure.error);
  });
  if (!quiet && !json) say("", `report: ${quote(join(out, "report.html"))}`);
  return codes[0] ?? (passed ? 0 : exitCodes.numeric);
}
