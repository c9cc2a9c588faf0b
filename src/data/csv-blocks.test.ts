import { expect, it } from "vitest";
import { readCsv } from "./csv.js";
import { blockReader } from "./csv-blocks.js";
import { rowSplitter } from "./row-splitter.js";

/** What pieces of so many characters give, as one table. */
function inPieces(text: string, size: number, options = {}) {
  const [rows, table] = [rowSplitter("csv"), blockReader({ ...options, whole: true })];
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(rows.push(text.slice(at, at + size)));
  const found = [...pieces, rows.rest()].flatMap((piece) => table.read(piece) ?? []);
  table.end();
  return {
    columns: found[0]!.columns,
    data: found.flatMap(({ rows }) => [...rows.data]),
    lines: found.flatMap(({ lines }) => lines ?? []),
    whole: { columns: found[0]!.whole!.columns, cells: found.flatMap(({ whole }) => whole!.cells) },
  };
}

function atOnce(text: string, options = {}) {
  const { columns, rows, lines, whole } = readCsv(text, { ...options, fit: false, whole: true });
  return { columns, data: [...rows.data], lines, whole };
}

const tricky = [
  "# it's a \"table",
  "",
  'a,"name, of ""one""",b',
  '1,"x\n# no comment\n""y""",2',
  '# a comment with one " in it',
  '  "3" , ,4',
  '5,"\n\n",6',
  "",
  "7,z,8",
].join("\n");

it.each([
  ["quotes, comments and empty lines", tricky],
  ["such with the line ends of Windows", `\uFEFF${tricky.replaceAll("\n", "\r\n")}\r\n`],
  ["those of old Macs", `${tricky.replaceAll("\n", "\r")}\r`],
  ["no header, and tabs", "1\tu\t2\n3\tv\t4\n"],
  ["commas below a header with semicolons", "a;t;b\n1;x,y;2\n"],
])("reads %s, wherever it is cut", (_, text) => {
  const columns = text.startsWith("1\t") ? ["x1", "x3"] : ["b", "a"];
  const expected = atOnce(text, { columns });
  expect(expected.lines!.length).toBeGreaterThan(0);
  for (let size = 1; size <= text.length; size++)
    expect(inPieces(text, size, { columns }), `${size}`).toEqual(expected);
});

it.each([
  ["a row of other length", "a,b\n1,2\n3,4\n5\n6,7\n"],
  ["a first row of other length", "a,b\n1\n"],
  ["text", "a,b\n1,2\n3,x\n"],
  ["a missing cell", "a,b\n1,2\n\n,4\n"],
  ["a quote that nothing closes", 'a,b\n1,2\n"3,4\n5,6\n'],
  ["text beside quotes", 'a,b\n1,2\n"3"4,5\n'],
  ["no rows below the header", "a,b\n\n"],
  ["nothing", "\n# nothing\n"],
  ["two columns of one name", "a,a\n1,2\n"],
  ["no text", "a,b\n1,\0\n"],
])("says the same of %s", (_, text) => {
  const said = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      return (error as Error).message;
    }
    return "nothing";
  };
  const expected = said(() => atOnce(text));
  expect(expected).toMatch(/^csv/);
  for (let size = 1; size <= text.length; size++)
    expect(
      said(() => inPieces(text, size)),
      `${size}`,
    ).toBe(expected);
});
