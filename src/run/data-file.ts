/** The rows of a run, kept in its folder: a run can be resumed and judged when the file it came from has changed. */

import { join } from "node:path";
import { writeAtomic } from "../store/atomic.js";
import { readBytes } from "../store/disk.js";
import { decodeSafetensors, encodeSafetensors } from "../store/safetensors.js";
import type { RunData } from "../train/prepare.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../util/tensor.js";

const fileOf = (directory: string): string => join(directory, "data.safetensors");

/** Write the rows of a run. */
export function saveRunData(directory: string, { columns, standardizer, train, validation, test }: RunData): void {
  const { mean, scale } = standardizer;
  writeAtomic(
    fileOf(directory),
    encodeSafetensors(
      { train, validation, test, mean: tensor(mean), scale: tensor(scale) },
      { columns: JSON.stringify(columns) },
    ),
  );
}

/** The rows of a run. @throws InputError when the file is missing or damaged. */
export function loadRunData(directory: string): RunData {
  const { tensors, metadata } = decodeSafetensors(readBytes(fileOf(directory)));
  const take = (name: string): Tensor => {
    const found = tensors[name];
    if (!found) throw new InputError(`${fileOf(directory)}: ${name} is missing; the run cannot be continued`);
    return found;
  };
  const rows = (name: string): FloatTensor => tensor(floats(take(name)), take(name).shape);
  const doubles = (name: string): Float64Array => Float64Array.from(floats(take(name)));
  return {
    columns: JSON.parse(metadata.columns ?? "[]") as string[],
    standardizer: { mean: doubles("mean"), scale: doubles("scale") },
    train: rows("train"),
    validation: rows("validation"),
    test: rows("test"),
  };
}
