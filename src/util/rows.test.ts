import { describe, expect, it } from "vitest";
import { InputError } from "./errors.js";
import { asRows, type Rows } from "./rows.js";
import { tensor } from "./tensor.js";

const message = (given: unknown): string => {
  try {
    asRows("here", given as Rows);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  return "nothing was refused";
};

describe("asRows", () => {
  it("passes a tensor through, the object itself, whatever its event", () => {
    for (const given of [tensor(Float32Array.of(1, 2, 3, 4), [2, 2]), tensor(new Float64Array(8), [2, 2, 2])])
      expect(asRows("here", given)).toBe(given);
  });

  it("takes nested arrays, of numbers or typed, in float64", () => {
    const expected = tensor(Float64Array.of(0.1, -2, 3, Number.NaN), [2, 2]);
    expect(
      asRows("here", [
        [0.1, -2],
        [3, Number.NaN],
      ]),
    ).toEqual(expected);
    expect(asRows("here", [Float64Array.of(0.1, -2), Float64Array.of(3, Number.NaN)])).toEqual(expected);
    expect(asRows("here", [[0.1, -2], Int16Array.of(3, 7)]).data).toEqual(Float64Array.of(0.1, -2, 3, 7));
    expect(asRows("here", [[5]]).shape).toEqual([1, 1]);
  });

  it.each<[string, unknown]>([
    ["here: there are no rows; give at least one", []],
    ["here: row 0 (from 0) is empty; expected at least one number", [[]]],
    ["here: row 1 (from 0) has 1 numbers; expected 2, as row 0 has", [[1, 2], [3]]],
    [
      "here: row 1 (from 0) has 3 numbers; expected 2, as row 0 has",
      [
        [1, 2],
        [3, 4, 5],
      ],
    ],
    ['here: row 0, column 1 (from 0) is "7"; expected a number', [[1, "7"]]],
    [
      "here: row 1, column 1 (from 0) is null; expected a number",
      [
        [1, 2],
        [3, null],
      ],
    ],
    ["column 1 (from 0) is undefined", [[1, undefined]]],
    ["column 1 (from 0) is an array", [[1, [2]]]],
    ["column 0 (from 0) is the bigint 3", [BigInt64Array.of(3n)]],
    ["here: row 0 (from 0) is 4; expected an array of numbers; points of one number are [[1], [2], …]", [4, 5]],
    ["here: row 1 (from 0) is an object; expected an array of numbers", [[1, 2], { a: 1, b: 2 }]],
    ['row 0 (from 0) is "1,2"', ["1,2"]],
    ["row 0 (from 0) is a DataView", [new DataView(new ArrayBuffer(8))]],
    ["row 0 (from 0) is undefined", Array(2)],
    [
      "here: got a Float64Array; expected rows such as [[1, 2], [3, 4]], or tensor(numbers, [n, d])",
      Float64Array.of(1, 2),
    ],
    ["got an object; expected rows such as", { columns: ["a"], rows: tensor(Float64Array.of(1), [1, 1]) }],
    ["of a table, give its rows", { columns: ["a"], rows: [] }],
    ["here: got undefined; expected rows", undefined],
    ['here: got "rows.csv"; expected rows', "rows.csv"],
    ["the tensor holds a BigInt64Array; expected a Float32Array", tensor(BigInt64Array.of(1n), [1, 1])],
    ["the tensor holds a Uint8Array", tensor(Uint8Array.of(1), [1, 1])],
    ["the tensor has 3 numbers for shape (2, 2)", { shape: [2, 2], data: new Float64Array(3) }],
    ["the tensor holds an array", { shape: [2, 2], data: [1, 2, 3, 4] }],
  ])("refuses in words: %s", (words, given) => {
    expect(message(given)).toContain(words);
    expect(message(given)).toMatch(/^here: [^\n]*$/);
  });
});
