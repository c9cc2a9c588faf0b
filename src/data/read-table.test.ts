import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { npy as npyOf, zip } from "../../test/support/npz.js";
import { InputError } from "../util/errors.js";
import { readCsv } from "./csv.js";
import { readTable } from "./read-table.js";

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const zeros = "\0".repeat(40);
const read = async (bytes: Uint8Array, options = {}) => {
  const { columns, rows, lines } = await readTable(bytes, { source: "t", ...options });
  return { columns, shape: rows.shape, data: [...rows.data], lines };
};
const text = "mass,größe\n1,2\n3,-4.5\n";
const expected = { columns: ["mass", "größe"], shape: [2, 2], data: [1, 2, 3, -4.5], lines: [2, 3] };

function utf16(order: "le" | "be", given: string): Uint8Array {
  const bytes = new Uint8Array(2 * given.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < given.length; i++) view.setUint16(2 * i, given.charCodeAt(i), order === "le");
  return bytes;
}

describe("readTable", () => {
  it.each([
    ["UTF-8", new TextEncoder().encode(text)],
    ["UTF-8 with a mark", new TextEncoder().encode(`\uFEFF${text}`)],
    ["UTF-16, little end first, with a mark", utf16("le", `\uFEFF${text}`)],
    ["UTF-16, big end first, with a mark", utf16("be", `\uFEFF${text}`)],
    ["UTF-16, little end first", utf16("le", text)],
    ["UTF-16, big end first", utf16("be", text)],
    ["Windows-1252", latin(text)],
  ])("reads text in %s", async (_, bytes) => {
    expect(await read(bytes)).toEqual(expected);
  });

  it("reads the rows of a NumPy array, with the checks of a table", async () => {
    const data = [0.1, -2, 1e-300, 4, 5, 6];
    const whole = { columns: ["x1", "x2"], shape: [3, 2], data, lines: [1, 2, 3] };
    expect(await read(npyOf("(3, 2)", data))).toEqual(whole);
    expect(await read(npyOf("(3, 2)", [0.1, 1e-300, 5, -2, 4, 6], true))).toEqual(whole);
    expect((await read(npyOf("(3, 2)", data), { columns: ["x2"] })).data).toEqual([-2, 4, 6]);
    const hole = npyOf("(2, 2)", [1, 2, Number.NaN, 4]);
    expect((await read(hole, { allowMissing: true })).data).toEqual([1, 2, Number.NaN, 4]);
    await expect(read(hole)).rejects.toThrow("t: row 2, column x1: the value is missing");
    const far = npyOf("(2, 2)", [1, 2, 3, Infinity]);
    await expect(read(far)).rejects.toThrow("t: row 2, column x2: Infinity is not a finite");
    await expect(read(npyOf("(2, 2)", [1, 2, 1, 3]))).rejects.toThrow("t: column x1 is constant");
    const flat = npyOf("(4,)", [1, 2, 3, 4]);
    await expect(read(flat)).rejects.toThrow("t: the NumPy array has shape (4); expected rows (n, d)");
    await expect(read(npyOf("(0, 4)", []))).rejects.toThrow("t: no rows");
  });

  it("reads the only table of an archive, or the array that is named, in either order of axes", async () => {
    const X = { name: "X.npy", bytes: npyOf("(3, 2)", [1, 3, 5, 2, 4, 6], true) };
    const y = { name: "y.npy", bytes: npyOf("(3,)", [0, 1, 0]) };
    const Z = { name: "Z.npy", bytes: npyOf("(2, 2)", [7, 8, 9, 1]) };
    const texts = {
      name: "names.npy",
      bytes: latin(`\x93NUMPY\x01\0\x50\0${"{'descr': '<U4', 'shape': (2,), }".padEnd(80)}`),
    };
    const whole = { columns: ["x1", "x2"], shape: [3, 2], data: [1, 2, 3, 4, 5, 6], lines: [1, 2, 3] };
    expect(await read(zip([y, texts, X]))).toEqual(whole);
    expect(await read(zip([Z, X]), { array: "X" })).toEqual(whole);
    const said = (files: (typeof X)[], options = {}) => expect(read(zip(files), options)).rejects;
    await said([Z, y, X]).toThrow("t holds 2 arrays of rows; choose one by --array: Z (2, 2), y (3), X (3, 2)");
    await said([y]).toThrow("t holds no array of rows (n, d); there are: y (3)");
    await said([X, Z], { array: "x" }).toThrow('t: no array x, did you mean "X"?; there are: X (3, 2), Z (2, 2)');
    await said([X, y], { array: "y" }).toThrow("t: the NumPy array has shape (3)");
    await said([X, texts], { array: "names" }).toThrow("t, names.npy: the NumPy array holds <U4, not real numbers");
    await said([X, X], { array: "toString" }).toThrow("no array toString");
    await expect(read(zip([X]).subarray(0, 150))).rejects.toThrow("t: the archive is cut off or damaged");
    await expect(read(latin("a,b\n1,2\n3,4\n"), { array: "X" })).rejects.toThrow(
      "t is no archive of NumPy arrays (.npz)",
    );
  });

  describe("of JSON lines", () => {
    const json = (...lines: string[]) => new TextEncoder().encode(`${lines.join("\n")}\n`);

    it("has the cells that the same rows have as CSV", async () => {
      const bytes = json('{"mass": 1, "größe": 2.50}', "", '{"größe": -4.5e0, "mass": 3}');
      expect(await read(bytes)).toEqual({ ...expected, data: [1, 2.5, 3, -4.5], lines: [1, 3] });
      expect((await read(utf16("le", '\uFEFF{"a":1}\r\n{"a":2}\r\n'))).data).toEqual([1, 2]);
      const { whole } = await readTable(bytes, { whole: true });
      expect(whole).toEqual({
        columns: ["mass", "größe"],
        cells: [
          ["1", "2.50"],
          ["3", "-4.5e0"],
        ],
      });
    });

    it("takes null, NaN and an absent key for missing cells, and a key that is a number for a name", async () => {
      const bytes = json('{"0": null, "1": 1}', '{"0": 2, "1": NaN, "b": "x, {NaN} 3"}', '{"b": "y"}');
      const find = { text: [], numbers: [] };
      const table = await readTable(bytes, { fit: false, allowMissing: true, find });
      expect(table.columns).toEqual(["0", "1", "b"]);
      expect([...table.rows.data]).toEqual([NaN, 1, NaN, 2, NaN, 0, NaN, NaN, 1]);
      expect(table.texts).toEqual({ b: ["x, {NaN} 3", "y"] });
      await expect(read(bytes)).rejects.toThrow("t: row 1, column 0: the value is missing");
    });

    it("refuses a whole number that a double does not hold, by its column", async () => {
      const bytes = json('{"id": 9007199254740993, "x": 1}', '{"id": 1, "x": 2}');
      await expect(read(bytes, { find: { text: [], numbers: [] } })).rejects.toThrow(
        "column id holds 9007199254740993, which is beyond 2^53",
      );
    });

    it.each([
      ['{"a": 1}\n{"a": 2', "t: row 2 is no whole JSON object; expected one a line"],
      ['{"a": 1}\n[2]', "t: row 2 is no whole JSON object"],
      ['{"a": 1}\n3', "t: row 2 is no whole JSON object"],
      ['{"a": 1} {"a": 2}', "t: row 1 is no whole JSON object"],
      ['{"a": [1, 2]}', "t: row 1, column a holds an array; expected a number"],
      ['{"a": {"b": 1}}', "t: row 1, column a holds an object"],
      ['{"a": Infinity}\n{"a": 1}', "t: row 1, column a: Infinity is not a finite number"],
      ['{"a": "x"}\n{"a": 1}', 't: row 1, column a: "x" is text, not a number'],
      ["{}\n{}", "t: its objects have no keys"],
      ['{\n "a": 1\n}', "t is JSON; write it as CSV, or as JSON lines, one object a line"],
    ])("says what is wrong with %j", async (given, words) => {
      await expect(read(latin(given))).rejects.toThrow(InputError);
      await expect(read(latin(given))).rejects.toThrow(words);
    });
  });

  it.each([
    ["compressed (gzip); unpack it first", gzipSync(text)],
    ["compressed (zstd); unpack it first: zstd -d", latin(`\x28\xb5\x2f\xfd\x04${zeros}`)],
    ["compressed (bzip2)", latin(`BZh91AY&SY${zeros}`)],
    ["compressed (xz)", latin(`\xfd7zXZ\0${zeros}`)],
    ["a tar archive", latin(`data.csv${"\0".repeat(249)}ustar${zeros}`)],
    ["an Excel workbook; save its sheet as CSV", latin(`PK\x03\x04\x14\0\x06\0${zeros}`)],
    ["a zip archive; unpack it", latin(`PK\x03\x04\x14\0\0\0${zeros}`)],
    ["an old Excel workbook", latin(`\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1${zeros}`)],
    ["a damaged Parquet file", latin(`PAR1\x15\x04${zeros}`)],
    ["a damaged or encrypted Parquet file; write it again", latin(`PARE\x15\x04${zeros}`)],
    ["an Arrow or Feather file", latin(`ARROW1\0\0${zeros}`)],
    ["a SQLite database; export its table", latin(`SQLite format 3\0${zeros}`)],
    ["an HDF5 file", latin(`\x89HDF\r\n\x1a\n${zeros}`)],
    ["a netCDF file", latin(`CDF\x01${zeros}`)],
    ["a pickle of Python", latin(`\x80\x04\x95${zeros}`)],
    ["a PNG picture; a picture is no table", latin(`\x89PNG\r\n\x1a\n${zeros}`)],
    ["a JPEG picture", latin(`\xff\xd8\xff\xe0\0\x10JFIF${zeros}`)],
    ["a PDF; copy its table", latin("%PDF-1.7\n1 0 obj\n")],
    ["a web page; was the download answered by a page?", latin("\n<!DOCTYPE html><html><body>404</body></html>")],
    ["XML", latin('<?xml version="1.0"?><a/>')],
    ["JSON; write it as CSV", latin('[{"a": 1}, {"a": 2}]')],
    ["JSON", latin("[[1, 2],\n [3, 4]]")],
    ["no text (byte 4 is 0x00); expected a table as CSV", latin("a,b\0\x01\x02\x03")],
    ["no text (byte 6 is 0x1b)", latin("a,b\n1\x1b[31m,2\n")],
  ])("says that a file is %s", async (words, bytes) => {
    await expect(read(bytes)).rejects.toThrow(InputError);
    await expect(read(bytes)).rejects.toThrow(`t is ${words}`);
    // Nothing that a terminal would obey, and nothing longer than a line.
    await expect(read(bytes)).rejects.toThrow(/^[\x20-\x7e…]{1,200}$/);
  });

  it("leaves a table alone whose columns are called as formats are", async () => {
    for (const name of ["PAR1", "ORC", "BZh", "GIF89a", "MATLAB 5.0 MAT", "Obj", "<x>"])
      expect((await read(latin(`${name},b\n1,2\n3,4\n`))).columns).toEqual([name, "b"]);
  });
});

describe("readCsv", () => {
  it("says of a text what it is, and of what was no text who can tell", () => {
    expect(() => readCsv("<html><p>moved</p></html>")).toThrow("csv is a web page");
    expect(() => readCsv(`PAR1${zeros}`)).toThrow("csv is no text; readTable, given its bytes, says what it is");
  });

  it("shows no more of a cell than a line holds", () => {
    expect(() => readCsv(`a,b\n1,2\n3,${"long ".repeat(1000)}\n`)).toThrow(
      /^csv: row 3, column b: "(long )+…" is text.{0,200}$/,
    );
  });
});
