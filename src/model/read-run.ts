/** The folder of a run as a trained model, wherever the folder lies: on a disk, at an address, in a page. */

import { parseConfig } from "../config/config-text.js";
import { buildModel, classCount } from "../config/prepare.js";
import { decodeRunData } from "../config/run-data.js";
import { trainedParameters } from "../config/what-is-trained.js";
import type { Evaluation } from "../evaluation/evaluate.js";
import { type Checkpoint, checkpointFile, checkpointStep, decodeCheckpoint } from "../formats/checkpoint.js";
import { parseJsonObject } from "../formats/json.js";
import { parseRunInfo } from "../formats/run-info.js";
import type { Where } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import type { Folder } from "./files.js";
import { partsOf, type TrainedParts } from "./parts.js";

export interface ReadOptions extends Where {
  /** The parameters that are best on validation rows, or the newest; what the run selects unless said. */
  readonly select?: "best" | "last";
  /** Told what was passed over. */
  readonly notice?: (text: string) => void;
}

/** What of `summary.json` is needed. */
interface Summary {
  readonly steps: number;
  readonly selected: number;
  readonly evaluation: Evaluation;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** @throws InputError when a file of the run is missing. */
async function needed({ name, read }: Folder, path: string): Promise<{ bytes: Uint8Array; name: string }> {
  const bytes = await read(path);
  if (!bytes) throw new InputError(`${name} is not the folder of a run: it has no ${path}`);
  return { bytes, name: `${name.replace(/\/$/, "")}/${path}` };
}

/**
 * The parts of a run's model.
 * @throws InputError when the folder is not a run, is damaged, was written by a newer version, or has no parameters yet.
 */
export async function readRun(folder: Folder, { select, notice, engine }: ReadOptions = {}): Promise<TrainedParts> {
  const info = await needed(folder, "run.json");
  parseRunInfo(text(info.bytes), info.name, folder.name);
  const written = await needed(folder, "config.yaml");
  const config = parseConfig(text(written.bytes), written.name);
  const rows = await needed(folder, "data.safetensors");
  const data = decodeRunData(rows.bytes, rows.name);
  const model = buildModel(config, data.train.shape.slice(1), classCount(data));
  const told = await folder.read("summary.json");
  // Written by a run; a file that only looks like it is none of a run's.
  const summary = told && (parseJsonObject(text(told), `${folder.name}/summary.json`) as unknown as Summary);
  const { step, tensors } = await newest(folder, select ?? config.select, summary, notice);
  const evaluation = summary && summary.selected === step ? summary.evaluation : null;
  return partsOf({ config, model, data, step, evaluation, params: trainedParameters(config, tensors) }, { engine });
}

/** The best checkpoint of a run where that is asked for and there is one, else the newest that is whole. */
async function newest(
  folder: Folder,
  select: "best" | "last",
  summary: Summary | null,
  notice: (text: string) => void = () => {},
): Promise<Checkpoint> {
  const best = select === "best" ? await checkpointsIn(folder, "best", summary?.selected) : [];
  const files = best.length > 0 ? best : await checkpointsIn(folder, "checkpoints", summary?.steps);
  if (files.length === 0)
    throw new InputError(`${folder.name}: no checkpoint yet; train it with: ebbflow resume ${folder.name}`);
  const reasons: string[] = [];
  for (const path of files) {
    const bytes = await folder.read(path);
    if (!bytes) continue;
    try {
      const found = decodeCheckpoint(bytes, `${folder.name}/${path}`);
      for (const reason of reasons) notice(`passed over a checkpoint: ${reason}`);
      return found;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      reasons.push(error.message);
    }
  }
  const remedy = best.length > 0 ? "; the newest parameters may be whole: try --last" : "";
  throw new InputError(`no checkpoint can be loaded in ${folder.name}; ${reasons.join("; ")}${remedy}`);
}

/** Paths of the checkpoints in a folder, newest first; where they cannot be listed, the one of a step that is known. */
async function checkpointsIn({ list, read }: Folder, where: string, known: number | undefined): Promise<string[]> {
  const names = await list(where);
  if (names) {
    const steps = names.flatMap((name) => checkpointStep(name) ?? []).sort((a, b) => b - a);
    return steps.map((step) => `${where}/${checkpointFile(step)}`);
  }
  const path = known === undefined ? undefined : `${where}/${checkpointFile(known)}`;
  return path && (await read(path)) ? [path] : [];
}
