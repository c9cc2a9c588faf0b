/** The rows of a run, kept in its folder: a run can be resumed and judged when the file it came from has changed. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeAtomic } from "../store/atomic.js";
import { readBytes } from "../store/disk.js";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../store/safetensors.js";
import type { RunData } from "../train/prepare.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../util/tensor.js";

export const dataFile = (directory: string): string => join(directory, "data.safetensors");

const parts = ["train", "validation", "test", "mean", "scale"] as const;

type Parts<T> = Readonly<Record<(typeof parts)[number], T>>;

/** SHA-256 of all numbers and of the names of the columns. */
function digest(tensors: Parts<Tensor>, columns: string): string {
  const hash = createHash("sha256").update(columns);
  for (const part of parts) {
    const { buffer, byteOffset, byteLength } = tensors[part].data;
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}

/** Write the rows of a run. */
export function saveRunData(directory: string, { columns, standardizer, train, validation, test }: RunData): void {
  const tensors = { train, validation, test, mean: tensor(standardizer.mean), scale: tensor(standardizer.scale) };
  const names = JSON.stringify(columns);
  writeAtomic(dataFile(directory), encodeSafetensors(tensors, { columns: names, sha256: digest(tensors, names) }));
}

function decode(file: string): Safetensors {
  const bytes = readBytes(file);
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (error instanceof InputError)
      throw new InputError(`${file} is damaged: ${error.message}; restore it`, [], { cause: error });
    throw error;
  }
}

/** The rows of a run. @throws InputError when the file is missing or damaged. */
export function loadRunData(directory: string): RunData {
  const file = dataFile(directory);
  const { tensors, metadata } = decode(file);
  const take = (part: (typeof parts)[number]): FloatTensor => {
    const found = tensors[part];
    if (!found) throw new InputError(`${file} is damaged: ${part} is missing; restore it`);
    return tensor(floats(found), found.shape);
  };
  const [train, validation, test, mean, scale] = [
    take("train"),
    take("validation"),
    take("test"),
    take("mean"),
    take("scale"),
  ];
  const { columns = "[]", sha256 } = metadata;
  if (digest({ train, validation, test, mean, scale }, columns) !== sha256)
    throw new InputError(`${file} is damaged: its rows do not match their checksum; restore it`);
  return {
    columns: JSON.parse(columns) as string[],
    standardizer: { mean: Float64Array.from(mean.data), scale: Float64Array.from(scale.data) },
    train,
    validation,
    test,
  };
}
