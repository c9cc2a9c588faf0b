/** The folder of a run as a trained model, wherever the folder lies: on a disk, at an address, in a page. */

import { trainedParameters } from "../config/what-is-trained.js";
import type { Where } from "../runtime/program.js";
import { sayOnce } from "../runtime/say-once.js";
import { InputError } from "../util/errors.js";
import { chosenCheckpoint, type Notice } from "./checkpoints.js";
import type { Folder } from "./files.js";
import { partsOf, type TrainedParts } from "./parts.js";
import { type NamedBytes, runFileNames, runOf } from "./run-files.js";
import { parseSummary, SUMMARY } from "./summary-file.js";

export interface ReadOptions extends Where {
  /** The parameters that are best on validation rows, or the newest; what the run selects unless said. */
  readonly select?: "best" | "last";
  /** Told what was passed over, and what is not as it was when the run was made; a warning on the console unless given. */
  readonly notice?: Notice;
}

/** @throws InputError when a file of the run is missing. */
async function needed({ name, read }: Folder, path: string): Promise<NamedBytes> {
  const bytes = await read(path);
  if (!bytes) throw new InputError(`${name} is not the folder of a run: it has no ${path}`);
  return { bytes, name: `${name.replace(/\/$/, "")}/${path}` };
}

const warn: Notice = (text) => sayOnce(`ebbflow: ${text}`);

/**
 * The parts of a run's model.
 * @throws InputError when the folder is not a run, is damaged, was written by a newer version, or has no parameters yet.
 */
export async function readRun(
  folder: Folder,
  { select, notice = warn, engine }: ReadOptions = {},
): Promise<TrainedParts> {
  const info = await needed(folder, runFileNames.info);
  const [written, rows] = [await needed(folder, runFileNames.config), await needed(folder, runFileNames.data)];
  const { config, data, model, notices } = runOf({ info, config: written, data: rows }, folder.name);
  for (const text of notices) notice(text);
  const told = await folder.read(SUMMARY);
  const summary = told && parseSummary(told, `${folder.name.replace(/\/$/, "")}/${SUMMARY}`, folder.name);
  const chosen = await chosenCheckpoint(folder, select ?? config.select, { notice, known: summary });
  const evaluation = summary && summary.selected === chosen.step ? summary.evaluation : null;
  const params = trainedParameters(config, chosen.tensors);
  return partsOf({ config, model, data, step: chosen.step, evaluation, params }, { engine });
}
