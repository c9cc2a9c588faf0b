/** Everything a run needs to go on, in one file that is complete or not there. */

import { createHash } from "node:crypto";
import { readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { jsonText, parseJsonObject } from "../formats/json.js";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../formats/safetensors.js";
import { InputError } from "../util/errors.js";
import type { Tensor } from "../util/tensor.js";
import { writeAtomic } from "./atomic.js";
import { errorCode, makeFolder, onDisk, readBytes } from "./disk.js";

/** The state of a run after `step` steps. */
export interface Checkpoint {
  readonly step: number;
  readonly tensors: Record<string, Tensor>;
  /** JSON. NaN and infinities belong into `tensors`. */
  readonly meta: Record<string, unknown>;
}

const format = "ebbflow-checkpoint";
const formatVersion = 1;
const fileName = /^step-(\d{8,16})\.safetensors$/;

/** SHA-256 over all that is kept: version, step, meta, and each tensor's name, dtype, shape and bytes. */
function digest(tensors: Readonly<Record<string, Tensor>>, version: string, step: string, meta: string): string {
  const named = Object.entries(tensors);
  const head = [version, step, meta, named.map(([name, { dtype, shape }]) => [name, dtype, shape])];
  const hash = createHash("sha256").update(JSON.stringify(head));
  for (const [, { data }] of named) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest("hex");
}

/** The checkpoint files of a folder by their names, newest (largest step) first; a missing folder has none. */
export function listCheckpoints(dir: string): { step: number; file: string }[] {
  const names = onDisk(`cannot read the checkpoints in ${dir}`, () => {
    try {
      return readdirSync(dir);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  });
  return names
    .flatMap((name) => {
      const digits = fileName.exec(name)?.[1];
      return digits === undefined ? [] : [{ step: Number(digits), file: join(dir, name) }];
    })
    .sort((a, b) => b.step - a.step);
}

/**
 * Writes `dir/step-00001234.safetensors` atomically, then removes older checkpoints but the newest `keep` good ones,
 * this one counted; returns the file's path. When it returns, a crash or power cut no longer loses this step.
 *
 * Checkpoints of later steps, which a run that was set back finds in its folder, stay.
 * @throws InputError when the disk refuses (the older checkpoints are then untouched), or for a `meta` JSON cannot hold.
 */
export function saveCheckpoint(dir: string, checkpoint: Checkpoint, keep = 3): string {
  const { step, tensors } = checkpoint;
  if (!Number.isSafeInteger(step) || step < 0)
    throw new InputError(`checkpoint: step must be a whole number ≥ 0, got ${step}`);
  if (!Number.isSafeInteger(keep) || keep < 1)
    throw new InputError(`checkpoint: keep must be a whole number ≥ 1, got ${keep}`);
  const meta = jsonText(checkpoint.meta, "meta");
  const version = String(formatVersion);
  const sha256 = digest(tensors, version, String(step), meta);
  const bytes = encodeSafetensors(tensors, { format, version, step: String(step), meta, sha256 });
  const file = join(dir, `step-${String(step).padStart(8, "0")}.safetensors`);
  makeFolder(dir);
  writeAtomic(file, bytes);
  removeOlder(dir, step, keep - 1);
  return file;
}

/** Keeps the newest `keep` readable checkpoints before `step`; all before those go. */
function removeOlder(dir: string, step: number, keep: number): void {
  const older = listCheckpoints(dir).filter((c) => c.step < step);
  let good = 0;
  for (const { file } of older) {
    if (good === keep) onDisk(`cannot remove the old checkpoint ${file}`, () => unlinkSync(file));
    else if (reasonAgainst(file) === undefined) good += 1;
  }
}

/** Why a checkpoint cannot be loaded; undefined when it can. */
function reasonAgainst(file: string): string | undefined {
  try {
    loadCheckpoint(file);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/**
 * A checkpoint, verified against its checksum. Its arrays are views of the file's bytes in memory.
 * @throws InputError when the file cannot be read, is cut short, damaged, of another kind, or of a newer format.
 */
export function loadCheckpoint(file: string): Checkpoint {
  const bytes = readBytes(file);
  let content: Safetensors;
  try {
    content = decodeSafetensors(bytes);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${file} is not a whole checkpoint: ${error.message}`);
    throw error;
  }
  return verify(file, content);
}

function verify(file: string, { tensors, metadata }: Safetensors): Checkpoint {
  if (metadata.format !== format)
    throw new InputError(
      `${file} is not a checkpoint of ebbflow: expected the format ${format}, got ${metadata.format ?? "none"}`,
    );
  const { version = "", step = "", meta = "", sha256 = "" } = metadata;
  if (/^\d{1,9}$/.test(version) && Number(version) > formatVersion)
    throw new InputError(
      `${file} is a checkpoint of format ${version}, this ebbflow reads up to ${formatVersion}: upgrade ebbflow`,
    );
  if (digest(tensors, version, step, meta) !== sha256)
    throw new InputError(`${file} is damaged: its content does not match its checksum; use another checkpoint`);
  return { step: Number(step), tensors, meta: parseJsonObject(meta, `${file}: meta`) };
}

/** The newest checkpoint that can be loaded, and the newer ones that cannot. */
export interface LatestCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly file: string;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * The newest valid checkpoint of a folder. Say so when `skipped` is not empty: the run goes back further than expected.
 * @throws InputError when the folder has none that can be loaded; the message says why.
 */
export function latestCheckpoint(dir: string): LatestCheckpoint {
  const skipped: { file: string; reason: string }[] = [];
  for (const { file } of listCheckpoints(dir)) {
    try {
      return { checkpoint: loadCheckpoint(file), file, skipped };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      skipped.push({ file, reason: error.message });
    }
  }
  const why = skipped.length === 0 ? "" : `; ${skipped.map((s) => s.reason).join("; ")}`;
  const found = skipped.length === 0 ? "there is no checkpoint" : "no checkpoint can be loaded";
  throw new InputError(`${found} in ${dir}${why}`);
}
