import { describe, expect, it } from "vitest";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { readCsv } from "./csv.js";
import { labelIndices, oneHotLabels, readLabels, splitLabels } from "./labels.js";
import { splitRows } from "./split-rows.js";
import { writeCsv } from "./write-csv.js";

const key = makeKey(94);
const column = (...cells: string[]) => ({ column: "kind", cells, rows: cells.map((_, i) => i + 2) });
const read = (...cells: string[]) => readLabels("p.csv", column(...cells));

describe("classes", () => {
  it("are the distinct labels, sorted by their codes, or by value where all are whole numbers", () => {
    const { classes, indices } = read("b", "a", "b", "C", "a", "C");
    expect([classes, [...indices]]).toEqual([
      ["C", "a", "b"],
      [2, 1, 2, 0, 1, 0],
    ]);
    const numbers = read("10", "9", "9.0", "010", "-1", "-1");
    expect([numbers.classes, [...numbers.indices]]).toEqual([
      ["-1", "9", "10"],
      [2, 1, 1, 2, 0, 0],
    ]);
    // Where one is text all are.
    expect(read("1", "x", "1", "x").classes).toEqual(["1", "x"]);
  });

  it("are 0 … count − 1 where their number is given, also those that no row has", () => {
    const { classes, indices } = readLabels("p.csv", column("3", "0", "3.0"), 5);
    expect([classes, [...indices]]).toEqual([
      ["0", "1", "2", "3", "4"],
      [3, 0, 3],
    ]);
  });

  it.each([
    [["1.5", "2", "2"], undefined, "p.csv: row 2, column kind: 1.5 is no label"],
    [["a", "a"], undefined, "p.csv: column kind: every label is a"],
    [["1", "2", "3", "4", "4"], undefined, "p.csv: column kind has 4 different labels in 5 rows; is it a measurement?"],
    [["0", "5"], 5, "p.csv: row 3, column kind: label 5 is out of range; 5 classes are whole numbers from 0 to 4"],
    [["0", "x"], 5, "row 3, column kind: label x is out of range"],
    [["-1", "0"], 5, "row 2, column kind: label -1 is out of range"],
  ] as const)("refuse %j", (cells, count, message) => {
    expect(() => readLabels("p.csv", column(...cells), count)).toThrow(InputError);
    expect(() => readLabels("p.csv", column(...cells), count)).toThrow(message);
  });

  it("are found again in other rows, and one that is none of them is named", () => {
    expect([...labelIndices("q.csv", column("b", "a"), ["a", "b"])]).toEqual([1, 0]);
    expect([...labelIndices("q.csv", column("02", "1.0"), ["1", "2"])]).toEqual([1, 0]);
    expect(() => labelIndices("q.csv", column("a", "Gento"), ["a", "Gentoo"])).toThrow(
      'q.csv: row 3, column kind: label "Gento" is none of the classes of the run, did you mean "Gentoo"?; there are: a, Gentoo',
    );
  });
});

describe("division", () => {
  const n = 200;
  const labels = { column: "kind", classes: ["0", "1", "2"], indices: Int32Array.from({ length: n }, (_, i) => i % 3) };
  const rows = tensor(
    Float64Array.from({ length: n }, (_, i) => i),
    [n, 1],
  );

  it("follows the rows", () => {
    const shares = { validation: 0.1, test: 0.3 };
    const own = splitLabels(key, labels, shares);
    const parts = splitRows(key, rows, shares);
    for (const part of ["train", "validation", "test"] as const)
      expect([...own[part]]).toEqual(Array.from(parts[part].data, (i) => i % 3));
    expect([...splitLabels(fold(key, 1), labels, shares).test]).not.toEqual([...own.test]);
  });

  it("leaves no class without rows to train on", () => {
    const { test } = splitRows(key, rows, { validation: 0, test: 0.3 });
    const rare = { ...labels, indices: labels.indices.map((_, i) => (i === test.data[0] ? 2 : i % 2)) };
    expect(() => splitLabels(key, rare, { validation: 0, test: 0.3 })).toThrow(
      "class 2 of column kind has 1 row, all of them held out",
    );
    expect(() => splitLabels(key, rare, { validation: 0, test: 0 })).not.toThrow();
  });

  it("is one-hot in the end", () => {
    expect(oneHotLabels(Int32Array.of(1, 0), 3)).toEqual(tensor(Float32Array.of(0, 1, 0, 1, 0, 0), [2, 3]));
  });
});

describe("a column of labels in a CSV", () => {
  const text = 'kind,"a",b\nred,1,2\n# no row\n"dark, blue",3,4\nred,5,6\n';

  it("is no coordinate, and knows the rows of the file", () => {
    const { columns, rows, labels } = readCsv(text, { label: "kind" });
    expect(columns).toEqual(["a", "b"]);
    expect([...rows.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(labels).toEqual({ column: "kind", cells: ["red", "dark, blue", "red"], rows: [2, 4, 5] });
    expect(readCsv(text, { label: "b", columns: ["a"] }).labels!.cells).toEqual(["2", "4", "6"]);
    expect(readCsv("1,2,x\n3,4,y\n", { label: "x3" }).labels!.cells).toEqual(["x", "y"]);
  });

  it("may be absent where that is said", () => {
    expect(readCsv("a,b\n1,2\n3,4\n", { label: "kind", labelOptional: true })).not.toHaveProperty("labels");
    expect(readCsv(text, { label: "kind", labelOptional: true, columns: ["b"] }).labels!.column).toBe("kind");
  });

  it("is written first and read back", () => {
    const table = readCsv(text, { label: "kind" });
    const again = readCsv(writeCsv({ ...table, labels: table.labels! }), { label: "kind" });
    expect([again.columns, again.rows]).toEqual([table.columns, table.rows]);
    expect(again.labels).toEqual({ ...table.labels!, rows: [2, 3, 4] });
  });

  it.each([
    [{ label: "knd" }, 'p.csv: no column knd, did you mean "kind"?; there are: kind, a, b'],
    [{ label: "kind", columns: ["kind", "a"] }, "p.csv: column kind is the label"],
  ])("is refused with %j", (options, message) => {
    expect(() => readCsv(text, { ...options, source: "p.csv" })).toThrow(InputError);
    expect(() => readCsv(text, { ...options, source: "p.csv" })).toThrow(message);
  });

  it("needs a label in every row", () => {
    expect(() => readCsv("kind,a\nx,1\n,2\n", { label: "kind", source: "p.csv" })).toThrow(
      'p.csv: row 3, column kind: the label is missing (""); fill it in or remove the row',
    );
    expect(() => readCsv("kind\nx\ny\n", { label: "kind", source: "p.csv" })).toThrow("it needs columns of numbers");
  });
});
