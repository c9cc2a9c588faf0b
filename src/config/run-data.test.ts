import { expect, test } from "vitest";
import { affineCoordinates } from "../data/columns/coordinates.js";
import { InputError } from "../util/errors.js";
import { sha256 } from "../util/sha256.js";
import { tensor } from "../util/tensor.js";
import type { RunData } from "./prepare.js";
import { decodeRunData, encodeRunData } from "./run-data.js";

const rows = (n: number) =>
  tensor(
    Float32Array.from({ length: 2 * n }, (_, i) => i / 8),
    [n, 2],
  );

const bare: RunData = {
  columns: ["height", "Größe"],
  coordinates: affineCoordinates(["height", "Größe"], { mean: [1, 0.5], scale: [2, 3] }),
  train: rows(4),
  validation: rows(1),
  test: rows(2),
};

const labelled: RunData = {
  ...bare,
  labels: {
    column: "kind",
    classes: ["a", "b"],
    train: Int32Array.of(0, 1, 1, 0),
    validation: Int32Array.of(1),
    test: Int32Array.of(0, 0),
  },
};

// Of the files that the first release of the format wrote, their checksums by Node's own SHA-256.
test.each([
  [bare, 536, "870ed871626060ee07c405312d7e7157c966230d7d819a73aaaa25c467072a67"],
  [labelled, 856, "81817b49cf68a9b61ae7e13e11c8f785e458d9312cfa7809acd30465229fae79"],
])("rows have the bytes they always had, and come back equal", (data, length, digest) => {
  const bytes = encodeRunData(data);
  expect([bytes.length, sha256(bytes)]).toEqual([length, digest]);
  const back = decodeRunData(bytes);
  expect({ ...back, coordinates: back.coordinates.columns.map((column) => column.data) }).toEqual({
    ...data,
    coordinates: data.coordinates.columns.map((column) => column.data),
  });
});

test("rows with a bit flipped are refused by the name of their file", () => {
  const bytes = encodeRunData(labelled);
  for (const at of [bytes.length - 1, bytes.length - 60, bytes.length - 150]) {
    const flipped = Uint8Array.from(bytes);
    flipped[at]! ^= 1;
    expect(() => decodeRunData(flipped, "runs/a/data.safetensors")).toThrow(InputError);
    expect(() => decodeRunData(flipped, "runs/a/data.safetensors")).toThrow(/^runs\/a\/data.safetensors is damaged/);
  }
});
