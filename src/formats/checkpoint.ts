/**
 * A checkpoint as bytes: a safetensors file with `format`, `version`, `step`, `meta` (JSON) and `sha256` among its
 * metadata.
 */

import { sha256 } from "#sha256";
import { InputError } from "../util/errors.js";
import type { Tensor } from "../util/tensor.js";
import { jsonText, parseJsonObject } from "./json.js";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "./safetensors.js";

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

/** `step-00001234.safetensors`: what the file of a step is called. */
export const checkpointFile = (step: number): string => `step-${String(step).padStart(8, "0")}.safetensors`;

/** The step that the name of a file says, or undefined for any other file. */
export function checkpointStep(name: string): number | undefined {
  const digits = fileName.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** SHA-256 over all that is kept: version, step, meta, and each tensor's name, dtype, shape and bytes. */
function digest(tensors: Readonly<Record<string, Tensor>>, version: string, step: string, meta: string): string {
  const named = Object.entries(tensors);
  const head = [version, step, meta, named.map(([name, { dtype, shape }]) => [name, dtype, shape])];
  return sha256(JSON.stringify(head), ...named.map(([, { data }]) => data));
}

/** @throws InputError for a step that is no whole number ≥ 0, or a `meta` JSON cannot hold. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { tensors } = checkpoint;
  if (!Number.isSafeInteger(checkpoint.step) || checkpoint.step < 0)
    throw new InputError(`checkpoint: step must be a whole number ≥ 0, got ${checkpoint.step}`);
  const meta = jsonText(checkpoint.meta, "meta");
  const [version, step] = [String(formatVersion), String(checkpoint.step)];
  return encodeSafetensors(tensors, { format, version, step, meta, sha256: digest(tensors, version, step, meta) });
}

/**
 * A checkpoint, verified against its checksum. Its arrays are views of the bytes.
 * @param name says in messages where the bytes come from.
 * @throws InputError when they are cut short, damaged, of another kind, or of a newer format.
 */
export function decodeCheckpoint(bytes: Uint8Array, name = "checkpoint"): Checkpoint {
  const { tensors, metadata } = decode(bytes, name);
  if (metadata.format !== format)
    throw new InputError(
      `${name} is not a checkpoint of ebbflow: expected the format ${format}, got ${metadata.format ?? "none"}`,
    );
  const { version = "", step = "", meta = "", sha256: expected = "" } = metadata;
  if (/^\d{1,9}$/.test(version) && Number(version) > formatVersion)
    throw new InputError(
      `${name} is a checkpoint of format ${version}, this ebbflow reads up to ${formatVersion}: upgrade ebbflow`,
    );
  if (digest(tensors, version, step, meta) !== expected)
    throw new InputError(`${name} is damaged: its content does not match its checksum; use another checkpoint`);
  return { step: Number(step), tensors, meta: parseJsonObject(meta, `${name}: meta`) };
}

function decode(bytes: Uint8Array, name: string): Safetensors {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${name} is not a whole checkpoint: ${error.message}`);
    throw error;
  }
}
