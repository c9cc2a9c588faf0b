import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { digits } from "./digits.js";

const golden = JSON.parse(readFileSync(new URL("../../test/golden/digits.json", import.meta.url), "utf8"));

const { rows, binary, labels } = await digits();
const counts = (values: ArrayLike<number>, n: number): number[] => {
  const found = new Array<number>(n).fill(0);
  for (let i = 0; i < values.length; i++) found[values[i]!]! += 1;
  return found;
};
const fingerprint = (values: ArrayLike<number>): string =>
  createHash("sha256").update(Uint8Array.from(values)).digest("hex");

it("are those that scikit-learn has, level by level", () => {
  expect(rows.shape).toEqual(golden.shape);
  expect([...rows.data.subarray(0, 64)]).toEqual(golden["first row"]);
  expect(counts(rows.data, 17)).toEqual(golden["pixels of each level"]);
  const sums = new Array<number>(64).fill(0);
  for (const [i, v] of rows.data.entries()) sums[i % 64]! += v;
  expect(sums).toEqual(golden["sum of each pixel"]);
  expect(fingerprint(rows.data)).toBe(golden["sha256 of levels"]);
});

it("have their digits", () => {
  expect(counts(labels, 10)).toEqual(golden["rows of each digit"]);
  expect(fingerprint(labels)).toBe(golden["sha256 of labels"]);
});

it("are dark where at least half of a pixel is ink", () => {
  expect(binary.shape).toEqual(rows.shape);
  const dark = new Array<number>(10).fill(0);
  for (const [i, v] of binary.data.entries()) dark[labels[Math.floor(i / 64)]!]! += v;
  expect(dark).toEqual(golden["dark pixels of each digit"]);
  expect(binary.data.every((v, i) => v === Number(rows.data[i]! > 7))).toBe(true);
});
