/** `ebbflow doctor` */

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { askedEngine } from "#ort";
import { loadCsv } from "../../data/load-csv.js";
import { type Diagnosis, doctor } from "../../doctor/doctor.js";
import { makeKey } from "../../random/key.js";
import { openRun } from "../../run/open.js";
import { InputError } from "../../util/errors.js";
import { sizeOf } from "../../util/tensor.js";
import { exitCodes } from "../exit-codes.js";
import { loadEnergy } from "../load-energy.js";
import { notice, openFor } from "../open-model.js";
import { estimateTraining, findEngines, showEngines, showEstimate } from "../show-engines.js";
import { print, printJson } from "../terminal.js";
import { wholeNumber } from "../whole-number.js";
import { type ArrayOption, withArray } from "../with-array.js";

interface DoctorCommandOptions extends ArrayOption {
  readonly points?: string;
  readonly seed: number;
  readonly last?: boolean;
  readonly json?: boolean;
}

const help = `
A run is checked at its training rows, with the parameters it learned. A module exports by default an energy, or a
function from points (batch, ...event) to energies (batch) together with "export const event = [2]"; it is run to be
checked. Of a run it says what would compute its training, and without a path what there is to compute with on this
machine. Ends with 0 when nothing is bad, with 3 when a check is.

Examples:
  ebbflow doctor                                    which engines there are, and why not the others
  ebbflow doctor runs/mine
  ebbflow doctor my-energy.mjs
  ebbflow doctor my-energy.mjs --points draws.csv   at points of yours, one a row
  ebbflow doctor my-energy.mjs --json | jq '.findings[] | select(.level == "bad")'
  ebbflow list checks                               what is asked`;

/** Declares the command. */
export function declare(command: Command): void {
  withArray(command)
    .argument("[path]", "folder of a run, or a JavaScript module that exports an energy")
    .option(
      "--points <file>",
      "table of points (CSV, JSON lines, .npy, .npz, Parquet) at which the energy of a module is looked at",
    )
    .option("--seed <n>", "all randomness comes from it", wholeNumber(0), 0)
    .option("--last", "of a run: the newest parameters, not the best on validation rows")
    .option("--json", "print one JSON document")
    .addHelpText("after", help)
    .action(async (path: string | undefined, options: DoctorCommandOptions) => {
      if (path === undefined) return checkMachine(options);
      const isFolder = existsSync(path) && statSync(path).isDirectory();
      const { healthy, findings, text } = await (isFolder ? checkRun(path, options) : checkModule(path, options));
      const run = isFolder && existsSync(join(path, "run.json"));
      const training = run ? await estimateTraining(openRun(path), notice) : undefined;
      if (options.json) printJson({ path, healthy, findings, ...(training ? { training } : {}) });
      else print(training ? `${text}\n${showEstimate(training)}` : text);
      if (!healthy) process.exitCode = exitCodes.numeric;
    });
}

async function checkMachine({ points, last, json }: DoctorCommandOptions): Promise<void> {
  if (points !== undefined || last) throw new InputError("--points and --last are for an energy: give its path");
  const engines = await findEngines();
  if (json) printJson({ asked: askedEngine(), engines });
  else print(showEngines(engines));
}

async function checkRun(path: string, { points, seed, last }: DoctorCommandOptions): Promise<Diagnosis> {
  if (points !== undefined) throw new InputError("--points is for modules; a run is checked at its training rows");
  const { energy, params, columns, data } = await openFor(path, { last });
  return doctor({
    energy,
    ...(params.energy ? { params: params.energy } : {}),
    points: data.seen.train,
    names: columns,
    key: makeKey(seed),
  });
}

async function checkModule(path: string, { points, array, seed, last }: DoctorCommandOptions): Promise<Diagnosis> {
  if (last) throw new InputError("--last is for runs; a module has no checkpoints");
  const energy = await loadEnergy(path);
  const key = makeKey(seed);
  if (points === undefined) return doctor({ energy, key });
  const { columns, rows } = await loadCsv(points, { array });
  if (columns.length !== sizeOf(energy.event))
    throw new InputError(
      `${points} has ${columns.length} columns, and a point of ${path} has ${sizeOf(energy.event)} numbers`,
    );
  return doctor({ energy, points: { ...rows, shape: [rows.shape[0]!, ...energy.event] }, names: columns, key });
}
