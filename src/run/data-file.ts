/** The rows of a run, kept in its folder: a run can be resumed and judged when the file it came from has changed. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { RunData } from "../config/prepare.js";
import type { SplitLabels } from "../data/labels.js";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../formats/safetensors.js";
import { writeAtomic } from "../store/atomic.js";
import { readBytes } from "../store/disk.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../util/tensor.js";

export const dataFile = (directory: string): string => join(directory, "data.safetensors");

const parts = ["train", "validation", "test", "mean", "scale"] as const;

/** The classes of the rows, in files of rows that have labels. */
const labelParts = ["labels.train", "labels.validation", "labels.test"] as const;

/** SHA-256 of all numbers and of the names of the columns and classes. */
function digest(tensors: Readonly<Record<string, Tensor>>, columns: string, labels: string | undefined): string {
  const hash = createHash("sha256").update(columns);
  for (const part of labels === undefined ? parts : [...parts, ...labelParts]) {
    const { buffer, byteOffset, byteLength } = tensors[part]!.data;
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return (labels === undefined ? hash : hash.update(labels)).digest("hex");
}

/** Write the rows of a run. */
export function saveRunData(directory: string, data: RunData): void {
  const { columns, standardizer, train, validation, test, labels } = data;
  const whole = (indices: Int32Array): Tensor => tensor(BigInt64Array.from(indices, BigInt));
  const tensors = {
    ...{ train, validation, test, mean: tensor(standardizer.mean), scale: tensor(standardizer.scale) },
    ...(labels
      ? {
          "labels.train": whole(labels.train),
          "labels.validation": whole(labels.validation),
          "labels.test": whole(labels.test),
        }
      : {}),
  };
  const names = JSON.stringify(columns);
  const classes = labels && JSON.stringify({ column: labels.column, classes: labels.classes });
  const sha256 = digest(tensors, names, classes);
  const metadata = { columns: names, ...(classes === undefined ? {} : { labels: classes }), sha256 };
  writeAtomic(dataFile(directory), encodeSafetensors(tensors, metadata));
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
  const { columns = "[]", labels, sha256 } = metadata;
  const missing = labels === undefined ? undefined : labelParts.find((part) => tensors[part]?.dtype !== "int64");
  if (missing) throw new InputError(`${file} is damaged: ${missing} is missing; restore it`);
  if (digest({ ...tensors, train, validation, test, mean, scale }, columns, labels) !== sha256)
    throw new InputError(`${file} is damaged: its rows do not match their checksum; restore it`);
  return {
    columns: JSON.parse(columns) as string[],
    standardizer: { mean: Float64Array.from(mean.data), scale: Float64Array.from(scale.data) },
    train,
    validation,
    test,
    ...(labels === undefined ? {} : { labels: labelsOf(labels, tensors) }),
  };
}

/** Labels whose tensors are there. */
function labelsOf(metadata: string, tensors: Readonly<Record<string, Tensor>>): SplitLabels {
  const [train, validation, test] = labelParts.map((part) =>
    Int32Array.from(tensors[part]!.data as BigInt64Array, Number),
  ) as [Int32Array, Int32Array, Int32Array];
  const { column, classes } = JSON.parse(metadata) as Pick<SplitLabels, "column" | "classes">;
  return { column, classes, train, validation, test };
}
