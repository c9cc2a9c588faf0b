import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { uniform } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import type { CsvOptions } from "./csv.js";
import { readParquet } from "./parquet.js";
import { readTable } from "./read-table.js";

const folder = new URL("../../test/golden/parquet/", import.meta.url);
const bytesOf = (name: string): Uint8Array => readFileSync(new URL(`${name}.parquet`, folder));
const read = (name: string, options: CsvOptions = {}) =>
  readTable(bytesOf(name), { source: "t", allowMissing: true, fit: false, ...options });

/** What test/golden/parquet.py gave to the programs that wrote the files. */
const written: Readonly<Record<string, readonly string[]>> = {
  real: ["1.5", "", "", "-2.25", "1e-300", "0.3333333333333333"],
  single: ["0.1", "", "3.25", "1e+30", "-2.7", "16777216"],
  byte: ["1", "2", "", "4", "5", "-6"],
  unsigned: ["0", "4294967295", "1", "2", "3", ""],
  long: ["9007199254740993", "1", "2", "3", "-4", ""],
  longest: ["18446744073709551615", "1", "2", "3", "4", ""],
  decimal: ["0.10000", "-12345678901234567890.12345", "", "7.00000", "-0.00001", "1.50000"],
  cents: ["1.10", "-2.25", "", "7.00", "-0.01", "1.50"],
  text: ["Adelie", "Gentoo", "", "é", "", "x,y"],
  flag: ["true", "false", "", "true", "true", "false"],
  date: ["2024-02-29", "1969-12-31", "", "2000-01-01", "1970-01-01", "2262-04-11"],
  time: [
    "2024-02-29T12:00:00.123456Z",
    "1969-12-31T23:59:59.999999Z",
    "",
    "2000-01-01T00:00:00Z",
    "2001-01-01T00:00:00Z",
    "2002-01-01T00:00:00Z",
  ],
  category: ["a", "b", "", "a", "a", "b"],
  nothing: ["", "", "", "", "", ""],
};

describe("readParquet", () => {
  const names = readdirSync(folder).map((name) => name.replace(".parquet", ""));
  it.each(names.filter((name) => name !== "nested" && name !== "empty"))("has every cell of %s", async (name) => {
    const { columns, lines } = await readParquet(bytesOf(name), "t", () => "read");
    const cells = Object.fromEntries(columns.map((column, j) => [column, lines.map((line) => line.cells[j])]));
    expect(cells).toEqual(written);
    expect(lines.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("takes bytes that lie within others", async () => {
    const own = bytesOf("zstd");
    const within = new Uint8Array(own.length + 7);
    within.set(own, 7);
    const { lines } = await readParquet(within.subarray(7), "t", () => "read");
    expect(lines[0]!.cells[0]).toBe("1.5");
  });

  it("says which column holds what no table does, and reads the others", async () => {
    await expect(read("nested", { columns: ["x", "list"] })).rejects.toThrow(
      "t: column list holds lists or structures; leave it out by --drop list, or write a column for each of its values",
    );
    await expect(read("nested", { columns: ["x", "bytes"] })).rejects.toThrow(
      "t: column bytes cannot be decoded (its bytes are no text); leave it out by --drop bytes",
    );
    expect([...(await read("nested", { drop: ["list", "bytes"] })).rows.data]).toEqual([1, 2]);
    const kept = await readParquet(bytesOf("nested"), "t", (name) => (name === "list" ? "kept" : "none"));
    expect(kept.lines.map(({ cells }) => cells)).toEqual([
      ["", '["1","2"]', ""],
      ["", '["3"]', ""],
    ]);
  });

  it("refuses two columns of one name, of which it would read one twice", async () => {
    const bytes = Uint8Array.from(bytesOf("none"));
    const text = Buffer.from(bytes.buffer).toString("latin1");
    // The names in the description at the end, each of four letters.
    for (let at = text.indexOf("flag"); at >= 0; at = text.indexOf("flag", at + 1)) bytes.set(Buffer.from("date"), at);
    await expect(readTable(bytes, { source: "t", allowMissing: true, fit: false })).rejects.toThrow(
      "t names two columns date; rename one",
    );
  });

  it("says that a table is empty", async () => {
    await expect(read("empty")).rejects.toThrow("t: no rows; expected a header row and rows of numbers");
  });

  it("says of a file of any length that it ends too early, and of none what it does not hold", async () => {
    const whole = bytesOf("zstd");
    for (let size = 5; size < whole.length; size += 97)
      await expect(readTable(whole.subarray(0, size), { source: "t" })).rejects.toThrow(/^t is a damaged Parquet file/);
  });

  it("has a line, and no more, for bytes that have changed", async () => {
    const whole = bytesOf("snappy");
    for (const [k, u] of uniform(makeKey(1), [200], "float64").data.entries()) {
      const bytes = Uint8Array.from(whole);
      // A byte of the description at the file's end, whose length and mark stay.
      const from = whole.length - 8 - new DataView(whole.buffer, whole.byteOffset).getUint32(whole.length - 8, true);
      bytes[from + Math.floor(u * (whole.length - 8 - from))]! ^= 1 + (k % 255);
      const error = await readTable(bytes, {
        source: "t",
        columns: ["real", "single", "cents"],
        allowMissing: true,
        fit: false,
      })
        .then(() => undefined)
        .catch((thrown: unknown) => thrown);
      if (error === undefined) continue;
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toMatch(/^t.{1,400}$/);
    }
  });
});

describe("a table from Parquet", () => {
  it("has numbers, texts and missing cells as a CSV of the same cells has them", async () => {
    const table = await read("polars", {
      columns: ["real", "cents", "category", "flag"],
      find: { text: [], numbers: [] },
    });
    expect([...table.rows.data.subarray(0, 8)]).toEqual([1.5, 1.1, 0, 1, NaN, -2.25, 1, 0]);
    expect(table.texts).toEqual({ category: ["a", "b"], flag: ["false", "true"] });
  });

  it("refuses whole numbers that a double does not hold, by their column", async () => {
    const find = { text: [], numbers: [] };
    await expect(read("duckdb", { columns: ["real", "long"], find })).rejects.toThrow(
      "column long holds 9007199254740993, which is beyond 2^53",
    );
    await expect(read("duckdb", { columns: ["real", "longest"], find })).rejects.toThrow("which is beyond 2^53");
  });
});
