/** What is true of a run, kept beside it as `summary.json`. */

import { existsSync } from "node:fs";
import { distributionOf } from "../config/prepare.js";
import { trainedModel, trainedParameters } from "../config/what-is-trained.js";
import { evaluateModel } from "../evaluation/evaluate.js";
import { chosenCheckpoint, newestCheckpoint } from "../model/checkpoints.js";
import { folderAt } from "../model/files.node.js";
import { partsOf } from "../model/parts.js";
import { parseSummary, summaryText } from "../model/summary-file.js";
import { makeTrained } from "../model/trained.js";
import { useEngine } from "../runtime/program.js";
import { workerEngine } from "../runtime/worker-engine.js";
import { writeAtomic } from "../store/atomic.js";
import { readBytes } from "../store/disk.js";
import { readJournal } from "../store/journal.js";
import type { RunDirectory } from "../store/run-directory.js";
import { findingsOf, type SessionMeta } from "../train/checkpoint.js";
import { ofKept } from "../train/health.js";
import { InputError } from "../util/errors.js";
import { calibrationOf } from "./coverage.js";
import { engineOf } from "./engine.js";
import { evaluationKey, lawsOf } from "./laws.js";
import type { OpenRun } from "./open.js";
import type { RunSummary } from "./run-summary.js";
import { viewOf } from "./view.js";

export interface SummarizeOptions {
  readonly select?: "best" | "last";
  /** Draws of the importance estimates; the other estimators of log Z take about as long. */
  readonly draws?: number;
  /** Told what was passed over, and why there is no report, if there is none: the numbers do not depend on it. */
  readonly notice?: (text: string) => void;
}

/** Threads that estimators of log Z are spread over. */
const ESTIMATING = 2;

/**
 * Evaluate the selected parameters on test rows; write `report.html` and, last, `summary.json`.
 * @throws InputError when there are no parameters yet, or they are damaged.
 */
export async function summarize(run: OpenRun, options: SummarizeOptions = {}): Promise<RunSummary> {
  const { directory, config, data, model } = run;
  const { select = config.select, draws = config.draws } = options;
  const notice = inform(options.notice);
  const folder = folderAt(directory.path);
  const known = summaryBefore(directory);
  const { step, tensors } = await chosenCheckpoint(folder, select, { notice, known });
  const params = trainedParameters(config, tensors);
  const judged = trainedModel(config, model);
  const laws = lawsOf(run, config.data.file !== undefined);
  const where = { engine: await useEngine(engineOf(directory)) };
  const engines = Array.from({ length: ESTIMATING }, () => workerEngine(engineOf(directory)));
  const evaluation = await evaluateModel(judged, params, data, {
    key: evaluationKey(config),
    draws,
    distribution: distributionOf(config),
    estimators: true,
    ...{ laws, engines, ...where },
  }).finally(() => Promise.all(engines.map((engine) => engine.close())));
  const newest = await newestCheckpoint(folder, "checkpoints", { notice, known: known?.steps });
  // Written by a session; one of before knows less.
  const seen = (newest?.meta ?? {}) as Partial<SessionMeta>;
  const ended = seen.ended ? { ended: true as const } : {};
  const by = seen.engine ? { engine: seen.engine } : {};
  let summary: RunSummary = {
    steps: newest?.step ?? step,
    selected: step,
    ...ended,
    ...by,
    evaluation,
    health: ofKept(findingsOf(seen), step),
  };
  try {
    const { renderReport } = await import("./report.js");
    const trained = makeTrained(partsOf({ config, model, data, params, step, evaluation }, where), where);
    const { files } = directory;
    const journal = existsSync(files.metrics) ? readJournal(files.metrics) : [];
    const view = viewOf({ run, trained, summary, journal, laws });
    if (data.test.shape[0]! > 0)
      summary = { ...summary, calibration: calibrationOf(await view.coverage(), await view.draws()) };
    writeAtomic(files.report, await renderReport(view));
  } catch (error) {
    notice(`no report was written: ${error instanceof Error ? error.message : String(error)}`);
  }
  writeAtomic(directory.files.summary, summaryText(summary));
  return summary;
}

/** What was found before, where it can be read: it is written anew. */
function summaryBefore(directory: RunDirectory): RunSummary | null {
  try {
    return readSummary(directory);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** Each thing once. */
function inform(notice: SummarizeOptions["notice"] = () => {}): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (!told.has(text)) notice(text);
    told.add(text);
  };
}

/** The summary of a run that was evaluated. @throws InputError when there is none, or it is damaged. */
export function readSummary({ files, path }: RunDirectory): RunSummary {
  return parseSummary(readBytes(files.summary), files.summary, path) as RunSummary;
}
