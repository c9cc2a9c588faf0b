import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError, ShapeError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { readCsv } from "./csv.js";
import { loadCsv } from "./load-csv.js";
import { cellsOfTexts } from "./text-columns.js";
import { writeCsv } from "./write-csv.js";

const read = (text: string, options = {}) => {
  const { columns, rows } = readCsv(text, options);
  return { columns, shape: rows.shape, data: [...rows.data] };
};
const small = { columns: ["a", "b"], shape: [2, 2], data: [1, 2, 3, -4.5] };

describe("readCsv", () => {
  it.each([
    ["commas", "a,b\n1,2\n3,-4.5\n"],
    ["semicolons", "a;b\n1;2\n3;-4.5"],
    ["tabs", "a\tb\n1\t2\n3\t-4.5\n"],
    ["Windows line ends", "a,b\r\n1,2\r\n3,-4.5\r\n"],
    ["a byte order mark", "\uFEFFa,b\n1,2\n3,-4.5\n"],
    ["quotes and spaces", '"a" , b\n "1",2\n3, "-4.5" \n'],
    ["blank lines and comments", "# made by hand\n\na,b\n1,2\n   \n# half way\n3,-4.5\n\n"],
    ["exponents and signs", "a,b\n1e0,+2.\n30E-1,-.45e1\n"],
  ])("reads %s", (_, text) => {
    expect(read(text)).toEqual(small);
  });

  it("names the columns of a table without a header", () => {
    expect(read("1,2\n3,-4.5")).toEqual({ ...small, columns: ["x1", "x2"] });
    expect(read(",b\n1,2\n3,-4.5").columns).toEqual(["x1", "b"]);
  });

  it("keeps a separator inside quotes", () => {
    expect(read('"a, b";c\n1;2\n3;-4.5').columns).toEqual(["a, b", "c"]);
  });

  it("reads the columns that were asked for, whatever the others hold", () => {
    const text = "species,a,note,b\nAdelie,1,,2\nGentoo,3,NA,-4.5\n";
    expect(read(text, { columns: ["a", "b"] })).toEqual(small);
    expect(read(text, { columns: ["b", "a"] }).data).toEqual([2, 1, -4.5, 3]);
  });

  it("tells no cell that only a training can leave out to be left out by one", () => {
    const hole = "a,b\n1,2\n3,\n4,5\n";
    expect(() => read(hole)).toThrow("--missing drop, or on all by --missing impute");
    expect(() => read(hole, { fit: false })).toThrow("fill it in, for example by ebbflow impute, or remove the row");
  });

  it("refuses numbers of more digits than a double holds where two become one, and no others", () => {
    const find = { text: [], numbers: [] };
    const cells = (...b: string[]): string => `a,b\n${b.map((cell, i) => `${i},${cell}`).join("\n")}\n`;
    for (const wrong of [
      ["12345678901234567.01", "12345678901234567.02"],
      ["0.12345678901234567891", "0.12345678901234567892"],
      ["-1234567890123456789.5", "-1234567890123456789.25"],
    ])
      expect(() => read(cells(...wrong), { find }), wrong[0]).toThrow("which become one number");
    for (const right of [
      ["0.1000000000000000055511151231257827", "0.25"],
      ["12345678901234567.50", "12345678901234567.5"],
      ["00012345678901234567.25", "12345678901234567.25"],
      ["0.1234567890123456", "0.1234567890123457"],
      ["1e300", "1e299"],
    ])
      expect(read(cells(...right), { find, fit: false }).data[1], right[0]).toBe(Number(right[0]));
  });

  it("takes True for true where a column holds truths, and nothing else for its like", () => {
    const find = { text: [], numbers: [] };
    const { texts } = readCsv("a,b\n1,False\n2,True\n3,False\n", { find });
    expect(texts).toEqual({ b: ["False", "True"] });
    const written = { b: cellsOfTexts(texts!.b!), c: cellsOfTexts(["Yes", "no"]) };
    expect(read("b,c\ntrue,Yes\nFALSE,no\n", { written }).data).toEqual([1, 0, 0, 1]);
    expect(() => read("b,c\ntrue,yes\nfalse,no\n", { written })).toThrow('"yes" is not what the column holds');
  });

  it("lets a single row and a constant column pass when no model is fitted", () => {
    expect(read("a,b\n1,2", { fit: false }).shape).toEqual([1, 2]);
    expect(read("a,b\n1,2\n1,3", { fit: false }).shape).toEqual([2, 2]);
  });

  it.each([
    ["", "p.csv: no rows; expected a header row and rows of numbers"],
    ["\n# nothing\n\n", "p.csv: no rows"],
    ["a,b\n", "p.csv: only a header row (a, b); expected rows of numbers below it"],
    ["a,b\n1,2\n\n3\n", "p.csv: row 4 has 1 cell; expected 2, as row 1 has"],
    ["a,b\r\n1,2\r\n3,4,5\r\n", "p.csv: row 3 has 3 cells; expected 2"],
    [
      "a,b\n1,Adelie\n2,3",
      'p.csv: row 2, column b: "Adelie" is text, not a number; drop this column, or name the columns',
    ],
    ["1,2\n3,x", 'p.csv: row 2, column x2: "x" is text'],
    ["5.1,setosa\n4.9,setosa", 'p.csv: row 1, column x2: "setosa" is text'],
    [
      "a,b\n1,2\n# gap\n3,\n",
      'p.csv: row 4, column b: the value is missing (""); fill it in, or train on the other rows by --missing drop',
    ],
    ["a,b\n1,NA\n3,4", 'column b: the value is missing ("NA")'],
    ["a,b\n1,2\n3,NaN", "p.csv: row 3, column b: NaN is not a finite number; correct it or remove the row"],
    ["a,b\n1,-Inf\n3,4", "row 2, column b: -Inf is not a finite number"],
    ["a,b\n1,1e999\n3,4", "row 2, column b: 1e999 is not a finite number"],
    ['a,b\n"1,5",2\n3,4', 'row 2, column a: "1,5" has a decimal comma; write a decimal point'],
    ["a;b\n1,5;2\n3.5;4", 'row 2, column a: "1,5" has a decimal comma; write a decimal point'],
    ["a;b\n1,125;2\n3,250;4", '"1,125" has a thousands separator or a decimal comma, which nothing in its column'],
    ["a;b\n1,125,000;2\n3,5;4", 'row 2, column a: "1,125,000" has a decimal comma'],
    [
      'a,b\n"1,125",2\n"3,250",4',
      '"1,125" has a thousands separator or a decimal comma, which nothing in its column tells apart; write 1125 or 1.125',
    ],
    ['a,b\n"3,250",2\n"1,125,000",4', '"3,250" has thousands separators; write 3250'],
    ['a,b\n"3,250.5",2\n4,4', '"3,250.5" has thousands separators; write 3250.5'],
    ['a,b\n"0,250",2\n"3,125",4', '"0,250" has a decimal comma'],
    ["a,b\n1,0x10\n3,4", '"0x10" is text'],
    [
      "a,b,c,d e,f\n1,x,2,3,4\n5,6,y,7,8",
      '"x" is text, not a number, as are cells of c; drop these columns, or name the columns to read with the option columns: --set \'data.columns=[a,"d e",f]\'; a',
    ],
    ["a,b\n1,2", "p.csv: only one row of numbers; at least two are needed"],
    [
      "a,b\n1,2\n3,2\n4,2",
      "p.csv: column b is constant (2 in every row); drop it, or name the columns to read with the option columns: --set 'data.columns=[a]'",
    ],
    [
      "a,b,c,d\n1,2,3,0\n1,2,4,1",
      "p.csv: columns a, b are constant; drop them, or name the columns to read with the option columns: --set 'data.columns=[c,d]'",
    ],
    ["a,b\n1,2\n1,2", "columns a, b are constant; drop them, or name the columns to read with the option columns"],
    ["a,a\n1,2\n3,4", "p.csv: row 1 names two columns a; rename one"],
    ['a,b\n"1,2\n3,4', "a quoted cell is not closed, or has text beside its quotes"],
    ['a,b\n1,2\n3,"4"5', "p.csv: row 3: a quoted cell"],
  ])("refuses %j in one line", (text, message) => {
    expect(() => readCsv(text, { source: "p.csv" })).toThrow(InputError);
    expect(() => readCsv(text, { source: "p.csv" })).toThrow(message);
    expect(() => readCsv(text, { source: "p.csv" })).toThrow(/^[^\n]*$/);
  });

  it.each([
    [["mas"], 'no column mas, did you mean "mass"?; there are: mass, size'],
    [[], "the option columns is empty; there are: mass, size"],
    [["size", "size"], "the option columns names size twice"],
  ])("refuses to select %j", (columns, message) => {
    expect(() => readCsv("mass,size\n1,2\n3,4", { columns })).toThrow(message);
  });

  it.each([
    ["a;b\n1,5;2\n3;4", [1.5, 2, 3, 4], ["a"]],
    ["a;b\n1,125;2\n3,5;4", [1.125, 2, 3.5, 4], ["a"]],
    ["a\tb\n-0,25\t1,5\n+3\t4", [-0.25, 1.5, 3, 4], ["a", "b"]],
    ["1,5;2,3\n3;4,1", [1.5, 2.3, 3, 4.1], ["x1", "x2"]],
    ["a;b\n1.5;2\n3;4", [1.5, 2, 3, 4], undefined],
  ])("reads decimal commas where nothing else is possible: %j", (text, cells, decimalCommas) => {
    const table = readCsv(text);
    expect([[...table.rows.data], table.decimalCommas]).toEqual([cells, decimalCommas]);
  });

  it("refuses identifiers that would become one number, unless their column is named real", () => {
    const ids = "id,v\n208310224003697457,0.1\n208310224003697485,0.2";
    const message = "row 2, column id: 208310224003697457 is beyond 2^53, so that neighbours become one number";
    expect(() => readCsv(ids)).toThrow(InputError);
    expect(() => readCsv(ids)).toThrow(message);
    expect(() => readCsv(ids)).toThrow(/^[^\n]*$/);
    expect(() => readCsv(ids, { real: ["v"] })).toThrow(message);
    expect([...readCsv(ids, { real: ["id"], fit: false }).rows.data]).toEqual(
      ["208310224003697457", 0.1, "208310224003697485", 0.2].map(Number),
    );
    expect(readCsv(ids, { columns: ["v"] }).columns).toEqual(["v"]);
    expect(() => readCsv(ids, { real: ["ids"] })).toThrow("no column ids");
  });

  it("keeps whole numbers that a double holds, and what a double is written as", () => {
    const cells = ["9007199254740992", "-1152921504606846976", "12345678901234567000", "1e300"];
    expect([...readCsv(`a\n${cells.join("\n")}`).rows.data]).toEqual(cells.map(Number));
  });

  it("reads hostile column names as plain data", () => {
    const table = readCsv("__proto__,constructor\n1,2\n3,4");
    expect(table.columns).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>).x1).toBeUndefined();
  });
});

describe("writeCsv", () => {
  it("writes the fewest digits, and quotes names that need it", () => {
    const rows = tensor(Float64Array.of(0.1, 1e-300, 1 / 3, -0), [2, 2]);
    expect(writeCsv({ columns: ['a "b", c', "#d"], rows })).toBe(
      '"a ""b"", c","#d"\n0.1,1e-300\n0.3333333333333333,-0\n',
    );
    expect(writeCsv({ columns: ["x"], rows: tensor(Float32Array.of(0.1, 1 / 3, 16777217), [3, 1]) })).toBe(
      "x\n0.1\n0.33333334\n16777216\n",
    );
    expect(() => writeCsv({ columns: ["a"], rows })).toThrow(ShapeError);
  });

  it("comes back through readCsv to the last bit, in either width", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1 }), fc.string({ minLength: 1 }), (pairs, name) => {
        const rows = tensor(Float64Array.from(pairs.flat()), [pairs.length, 2]);
        const back = readCsv(writeCsv({ columns: ["a", "b"], rows }), { fit: false });
        expect(back.rows).toEqual(rows);
        const single = tensor(Float32Array.from(rows.data), rows.shape);
        if (single.data.every(Number.isFinite))
          expect(
            Float32Array.from(readCsv(writeCsv({ columns: ["a", "b"], rows: single }), { fit: false }).rows.data),
          ).toEqual(single.data);
        const named = `column ${name.replace(/[\r\n\0]/g, "")}.`;
        expect(readCsv(writeCsv({ columns: [named, "b"], rows }), { fit: false }).columns).toEqual([named, "b"]);
      }),
      { seed: 1 },
    );
  });
});

describe("loadCsv", () => {
  const penguins = new URL("../../examples/penguins.csv", import.meta.url).pathname;

  it("reads the penguins", async () => {
    const { source, columns, rows } = await loadCsv(penguins);
    expect([source, columns, rows.shape]).toEqual([
      penguins,
      ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"],
      [342, 4],
    ]);
    // The published means of the 342 complete penguins.
    const means = columns.map((_, j) => rows.data.reduce((sum, v, i) => sum + (i % 4 === j ? v : 0), 0) / 342);
    expect(means.map((m) => Math.round(m * 100) / 100)).toEqual([43.92, 17.15, 200.92, 4201.75]);
  });

  it("reads missing cells as NaN where they are allowed, and nothing else", () => {
    const { rows } = readCsv("a,b\n1,NA\n,3\n?,4\n", { fit: false, allowMissing: true });
    expect([...rows.data]).toEqual([1, Number.NaN, Number.NaN, 3, Number.NaN, 4]);
    expect(() => readCsv("a,b\n1,nan\n", { fit: false, allowMissing: true })).toThrow("not a finite number");
  });

  it("says which file is missing", async () => {
    await expect(loadCsv("nowhere/points.csv")).rejects.toThrow("nowhere/points.csv: no such file; check the path");
    await expect(loadCsv("src")).rejects.toThrow("src: is a directory; expected a table");
  });
});
