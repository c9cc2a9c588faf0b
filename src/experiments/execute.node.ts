/** Running experiments: their units spread over threads, results and report of each written to its folder. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { newDocument } from "../report/document.node.js";
import { drawFigure } from "../report/figures/figure.js";
import { renderPage } from "../report/page.js";
import type { Computes } from "../runtime/engine.js";
import { writeAtomic } from "../store/atomic.js";
import { makeFolder, onDisk } from "../store/disk.js";
import { version } from "../util/version.js";
import type { Budget, Experiment, Finished, Outcome } from "./experiment.js";
import { type Ledger, openLedger, type UnitRecord } from "./ledger.node.js";
import { type UnitRunner, unitThread } from "./unit-thread.node.js";

/** An experiment, how thoroughly, and where its results go. */
export interface Reproduction {
  readonly experiment: Experiment;
  readonly asked: Budget;
  /** The folder that the files of `asked.data` are in. */
  readonly folder?: string;
  /** Folder for `units.ndjson`, `results.json`, `report.html` and `figures/`. */
  readonly out: string;
}

/** What came of it: an outcome, or what was thrown, and by which unit. */
export interface Reproduced extends Reproduction {
  /** What its units took, one after another, those of earlier runs included. */
  readonly seconds: number;
  readonly outcome?: Outcome;
  readonly failure?: Failure;
}

export interface Failure {
  readonly error: unknown;
  /** The label of a unit. */
  readonly unit?: string;
}

export interface ExecuteOptions {
  /** Units at work at the same time, of whichever experiments. */
  readonly jobs: number;
  /** Take the results of units that the folders have already. */
  readonly resume?: boolean;
  readonly progress?: (state: ExecutionProgress) => void;
  /** Told of each experiment as soon as nothing of it is left to do. */
  readonly concluded?: (reproduced: Reproduced) => void;
  /** What does units; a thread for each job unless given. */
  readonly runner?: () => UnitRunner;
}

export interface ExecutionProgress {
  readonly finished: number;
  readonly total: number;
  /** Units at work, with the share that is done. */
  readonly active: readonly { readonly experiment: string; readonly label: string; readonly done: number }[];
}

/** An experiment under way. */
interface Work extends Reproduction {
  readonly units: readonly unknown[];
  /** What is known of each unit. */
  readonly records: (UnitRecord | undefined)[];
  readonly ledger?: Ledger;
  /** Units that are neither done nor given up. */
  left: number;
  failure?: Failure;
  reproduced?: Reproduced;
}

/**
 * Plan, run and conclude experiments, which share the jobs. One that throws is given up, and the others go on. The same
 * budget gives the same results whatever the number of jobs. What was found, in the order given.
 */
export async function executeExperiments(
  reproductions: readonly Reproduction[],
  { jobs, resume = false, progress, concluded, runner = unitThread }: ExecuteOptions,
): Promise<Reproduced[]> {
  const works = reproductions.map((reproduction) => begin(reproduction, resume));
  const end = (work: Work): void => {
    if (work.left > 0) return;
    work.reproduced = conclude(work);
    concluded?.(work.reproduced);
  };
  for (const work of works) end(work);
  const queue = queueOf(works);
  const active = new Map<Queued, number>();
  const tell = (): void => progress?.(stateOf(works, active));
  const work = async (): Promise<void> => {
    const units = runner();
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const queued = next;
        if (!queued.work.failure)
          await runUnit(queued, units, (done) => {
            active.set(queued, done);
            tell();
          });
        active.delete(queued);
        queued.work.left--;
        tell();
        end(queued.work);
      }
    } finally {
      // Where even the caller throws nothing new is begun.
      queue.length = 0;
      units.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, work));
  return works.map(({ reproduced }) => reproduced!);
}

/** A unit of an experiment's plan. */
interface Queued {
  readonly work: Work;
  readonly at: number;
}

/**
 * One queue for all, so that no job is idle while anything is left. Budgets are alike, so experiments of few units have
 * long ones: these are begun first, and the last to end are short.
 */
const queueOf = (works: readonly Work[]): Queued[] =>
  [...works]
    .sort((a, b) => a.units.length - b.units.length)
    .flatMap((work) => work.records.flatMap((record, at) => (record || work.failure ? [] : [{ work, at }])));

const stateOf = (works: readonly Work[], active: ReadonlyMap<Queued, number>): ExecutionProgress => ({
  finished: works.reduce((sum, { records }) => sum + records.filter(Boolean).length, 0),
  total: works.reduce((sum, { records }) => sum + records.length, 0),
  active: [...active].map(([{ work, at }, done]) => ({
    experiment: work.experiment.name,
    label: work.experiment.label(work.units[at]),
    done,
  })),
});

function begin(reproduction: Reproduction, resume: boolean): Work {
  const { experiment, asked, out } = reproduction;
  let ledger: Ledger | undefined;
  try {
    const units = experiment.plan(asked);
    const opened = openLedger(out, experiment, resume);
    ledger = opened;
    // What an earlier run found must not be taken for what this one did not live to say.
    if (!resume) removeOutcome(out);
    const records = units.map((unit) => opened.find(unit));
    const left = records.filter((record) => record === undefined).length;
    return { ...reproduction, units, records, ledger, left };
  } catch (error) {
    return { ...reproduction, units: [], records: [], ...(ledger ? { ledger } : {}), left: 0, failure: { error } };
  }
}

async function runUnit({ work, at }: Queued, units: UnitRunner, tick: (done: number) => void): Promise<void> {
  const { experiment, ledger, folder } = work;
  const unit = work.units[at];
  try {
    tick(0);
    const began = performance.now();
    const task = { experiment: experiment.name, unit, ...(folder === undefined ? {} : { folder }) };
    let engines: readonly Computes[] | undefined;
    const result = await units.run(task, tick, (by) => {
      engines = by;
    });
    const record = { result, seconds: (performance.now() - began) / 1000, ...(engines ? { engines } : {}) };
    work.records[at] = record;
    ledger?.add(unit, record);
  } catch (error) {
    work.failure ??= { error, unit: experiment.label(unit) };
  }
}

function conclude({ experiment, asked, out, units, records, ledger, failure }: Work): Reproduced {
  const seconds = records.reduce((sum, record) => sum + (record?.seconds ?? 0), 0);
  const all = { experiment, asked, out, seconds };
  try {
    if (failure) return { ...all, failure };
    const finished = units.map((unit, i): Finished<unknown, unknown> => ({ unit, result: records[i]!.result }));
    const outcome = experiment.conclude(finished, asked);
    writeOutcome(all, outcome, [...new Set(records.flatMap((record) => record?.engines ?? []))].sort());
    return { ...all, outcome };
  } catch (error) {
    return { ...all, failure: { error } };
  } finally {
    ledger?.close();
  }
}

const kebab = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

const figuresOf = (out: string): string => join(out, "figures");

function removeOutcome(out: string): void {
  for (const path of [join(out, "results.json"), join(out, "report.html"), figuresOf(out)])
    onDisk(`cannot remove ${path}`, () => rmSync(path, { recursive: true, force: true }));
}

/** Results, the report, and its figures in files named by their titles, in place of those of an earlier run. */
function writeOutcome({ experiment, asked, out }: Reproduction, outcome: Outcome, engines: readonly Computes[]): void {
  removeOutcome(out);
  const about = { cite: experiment.cite, ebbflow: version, ...(engines.length > 0 ? { engines } : {}) };
  const results = { experiment: experiment.name, ...about, ...asked, ...outcome };
  writeAtomic(join(out, "results.json"), `${JSON.stringify(results)}\n`);
  const report = experiment.report(outcome, asked);
  const by = engines.length > 0 ? `\n\nComputed by ${engines.join(", ")}.` : "";
  const page = { ...report, footer: report.footer + by };
  const document = newDocument();
  writeAtomic(join(out, "report.html"), renderPage(page, document));
  const folder = figuresOf(out);
  makeFolder(folder);
  for (const { figures = [] } of page.sections)
    for (const { figure } of figures)
      writeAtomic(join(folder, `${kebab(figure.title)}.svg`), drawFigure(figure, document));
}
