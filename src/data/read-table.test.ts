import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { InputError } from "../util/errors.js";
import { readCsv } from "./csv.js";
import { readTable } from "./read-table.js";

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const zeros = "\0".repeat(40);
const read = (bytes: Uint8Array, options = {}) => {
  const { columns, rows, lines } = readTable(bytes, { source: "t", ...options });
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
  ])("reads text in %s", (_, bytes) => {
    expect(read(bytes)).toEqual(expected);
  });

  /** A version 1 array of doubles. */
  function npy(shape: string, numbers: readonly number[]): Uint8Array {
    const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117).concat("\n");
    const head = latin(`\x93NUMPY\x01\0${String.fromCharCode(118)}\0${header}`);
    return Uint8Array.of(...head, ...new Uint8Array(Float64Array.from(numbers).buffer));
  }

  it("reads the rows of a NumPy array, with the checks of a table", () => {
    const data = [0.1, -2, 1e-300, 4, 5, 6];
    expect(read(npy("(3, 2)", data))).toEqual({ columns: ["x1", "x2"], shape: [3, 2], data, lines: [1, 2, 3] });
    expect(read(npy("(3, 2)", data), { columns: ["x2"] }).data).toEqual([-2, 4, 6]);
    const hole = npy("(2, 2)", [1, 2, Number.NaN, 4]);
    expect(read(hole, { allowMissing: true }).data).toEqual([1, 2, Number.NaN, 4]);
    expect(() => read(hole)).toThrow("t: row 2, column x1: the value is missing");
    expect(() => read(npy("(2, 2)", [1, 2, 3, Infinity]))).toThrow("t: row 2, column x2: Infinity is not a finite");
    expect(() => read(npy("(2, 2)", [1, 2, 1, 3]))).toThrow("t: column x1 is constant");
    expect(() => read(npy("(4,)", [1, 2, 3, 4]))).toThrow("t: the NumPy array has shape (4); expected rows (n, d)");
    expect(() => read(npy("(0, 4)", []))).toThrow("t: no rows");
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
    ["a Parquet file; write it as CSV, in Python with pandas.read_parquet", latin(`PAR1\x15\x04${zeros}`)],
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
  ])("says that a file is %s", (words, bytes) => {
    expect(() => read(bytes)).toThrow(InputError);
    expect(() => read(bytes)).toThrow(`t is ${words}`);
    // Nothing that a terminal would obey, and nothing longer than a line.
    expect(() => read(bytes)).toThrow(/^[\x20-\x7e…]{1,200}$/);
  });

  it("leaves a table alone whose columns are called as formats are", () => {
    for (const name of ["PAR1", "ORC", "BZh", "GIF89a", "MATLAB 5.0 MAT", "Obj", "<x>"])
      expect(read(latin(`${name},b\n1,2\n3,4\n`)).columns).toEqual([name, "b"]);
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
