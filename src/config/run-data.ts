/** The rows of a run as bytes: a run can be resumed and judged when the file they came from has changed. */

import { sha256 } from "#sha256";
import { describedIn, restoredFrom, tensorsOf } from "../data/columns/stored.js";
import type { SplitLabels } from "../data/labels.js";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../formats/safetensors.js";
import { InputError } from "../util/errors.js";
import { defined } from "../util/records.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../util/tensor.js";
import type { RunData } from "./prepare.js";

const parts = ["train", "validation", "test", "mean", "scale"] as const;

/** The classes of the rows, in files of rows that have labels. */
const labelParts = ["labels.train", "labels.validation", "labels.test"] as const;

/** SHA-256 of all numbers, of the names of the columns and classes, and of what describes columns that are not real. */
function digest(
  tensors: Readonly<Record<string, Tensor>>,
  { columns = "[]", labels, kinds }: { readonly [name in "columns" | "labels" | "kinds"]?: string },
): string {
  const numbers = (names: readonly string[]) => names.map((part) => tensors[part]!.data);
  const labelled = labels === undefined ? [] : [...numbers(labelParts), labels];
  return sha256(columns, ...numbers(parts), ...labelled, ...(kinds === undefined ? [] : [kinds]));
}

export function encodeRunData(data: RunData): Uint8Array<ArrayBuffer> {
  const { columns, coordinates, train, validation, test, labels } = data;
  const whole = (indices: Int32Array): Tensor => tensor(BigInt64Array.from(indices, BigInt));
  const tensors = {
    ...{ train, validation, test, ...tensorsOf(coordinates) },
    ...(labels
      ? {
          "labels.train": whole(labels.train),
          "labels.validation": whole(labels.validation),
          "labels.test": whole(labels.test),
        }
      : {}),
  };
  const metadata = defined<string>({
    columns: JSON.stringify(columns),
    labels: labels && JSON.stringify({ column: labels.column, classes: labels.classes }),
    kinds: describedIn(coordinates),
  });
  return encodeSafetensors(tensors, { ...metadata, sha256: digest(tensors, metadata) });
}

/** The checksum that a file of rows holds; undefined where it holds none. @throws InputError when it is no such file. */
export const runDataHash = (bytes: Uint8Array): string | undefined => decode(bytes, "data").metadata.sha256;

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
  const { columns = "[]", labels, kinds, sha256: expected } = metadata;
  const missing = labels === undefined ? undefined : labelParts.find((part) => tensors[part]?.dtype !== "int64");
  if (missing) throw new InputError(`${name} is damaged: ${missing} is missing; restore it`);
  if (digest({ ...tensors, train, validation, test, mean, scale }, metadata) !== expected)
    throw new InputError(`${name} is damaged: its rows do not match their checksum; restore it`);
  const names = JSON.parse(columns) as string[];
  return {
    columns: names,
    coordinates: restoredFrom(names, { mean, scale }, kinds),
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
