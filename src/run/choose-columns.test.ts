import { expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { chooseColumns as among } from "./choose-columns.js";

const n = 500;
const z = normal(makeKey(5), [n, 4], "float64").data;
const at = (i: number, j: number) => z[i * 4 + j]!;
const chooseColumns = (rows: FloatTensor, most: number) => among(rows, [...Array(rows.shape[1]).keys()], most);
const rowsOf = (row: (i: number) => readonly number[]) => {
  const rows = Array.from({ length: n }, (_, i) => row(i));
  return tensor(Float64Array.from(rows.flat()), [n, rows[0]!.length]);
};

it("takes no two columns that say the same while there are others, whatever their units and order", () => {
  // Columns 0, 2 and 4 are one, increasing functions of each other; 1 and 3 are two others; 5 is constant.
  const rows = rowsOf((i) => [at(i, 0), at(i, 1), Math.exp(3 * at(i, 0)), 1e6 * at(i, 2), at(i, 0) ** 3, 7]);
  const chosen = chooseColumns(rows, 3);
  expect(chosen.filter((j) => j % 2 === 0)).toHaveLength(1);
  expect(chosen).toEqual(expect.arrayContaining([1, 3]));
});

it("begins with a column that tells most of the others", () => {
  const rows = rowsOf((i) => [at(i, 0), at(i, 0) + at(i, 1) + at(i, 2), at(i, 1), at(i, 2), at(i, 3)]);
  expect(chooseColumns(rows, 1)).toEqual([1]);
});

it("gives all columns in order where so many are asked for, of ties and constants too", () => {
  const rows = rowsOf((i) => [i % 2, 3, Math.floor(at(i, 0)), i % 2]);
  expect(chooseColumns(rows, 9)).toEqual([0, 1, 2, 3]);
  expect(among(rows, [1, 2], 1)).toEqual([2]);
});
