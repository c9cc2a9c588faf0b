/** The rows of a run as bytes: a run can be resumed and judged when the file they came from has changed. */

import { sha256 } from "#sha256";
import type { SplitLabels } from "../data/labels.js";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../formats/safetensors.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../util/tensor.js";
import type { RunData } from "./prepare.js";

const parts = ["train", "validation", "test", "mean", "scale"] as const;

/** The classes of the rows, in files of rows that have labels. */
const labelParts = ["labels.train", "labels.validation", "labels.test"] as const;

/** SHA-256 of all numbers and of the names of the columns and classes. */
function digest(tensors: Readonly<Record<string, Tensor>>, columns: string, labels: string | undefined): string {
  const numbers = (names: readonly string[]) => names.map((part) => tensors[part]!.data);
  return labels === undefined
    ? sha256(columns, ...numbers(parts))
    : sha256(columns, ...numbers(parts), ...numbers(labelParts), labels);
}

export function encodeRunData(data: RunData): Uint8Array<ArrayBuffer> {
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
  const metadata = { columns: names, ...(classes === undefined ? {} : { labels: classes }) };
  return encodeSafetensors(tensors, { ...metadata, sha256: digest(tensors, names, classes) });
}

function decode(bytes: Uint8Array, name: string): Safetensors {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (error instanceof InputError)
      throw new InputError(`${name} is damaged: ${error.message}; restore it`, [], { cause: error });
    throw error;
  }
}

/**
 * Rows, verified against their checksum.
 * @param name says in messages where the bytes come from.
 * @throws InputError when they are damaged.
 */
export function decodeRunData(bytes: Uint8Array, name = "data"): RunData {
  const { tensors, metadata } = decode(bytes, name);
  const take = (part: (typeof parts)[number]): FloatTensor => {
    const found = tensors[part];
    if (!found) throw new InputError(`${name} is damaged: ${part} is missing; restore it`);
    return tensor(floats(found), found.shape);
  };
  const [train, validation, test, mean, scale] = [
    take("train"),
    take("validation"),
    take("test"),
    take("mean"),
    take("scale"),
  ];
  const { columns = "[]", labels, sha256: expected } = metadata;
  const missing = labels === undefined ? undefined : labelParts.find((part) => tensors[part]?.dtype !== "int64");
  if (missing) throw new InputError(`${name} is damaged: ${missing} is missing; restore it`);
  if (digest({ ...tensors, train, validation, test, mean, scale }, columns, labels) !== expected)
    throw new InputError(`${name} is damaged: its rows do not match their checksum; restore it`);
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
