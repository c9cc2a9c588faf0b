/** A table of numbers from the bytes of a file, whatever wrote it. */

import { decodeNpy, isNpy, npyHeader } from "../formats/npy.js";
import { isNpz, unpackNpz } from "../formats/npz.js";
import { InputError } from "../util/errors.js";
import { entryOf } from "../util/records.js";
import { suggest } from "../util/suggest.js";
import { showShape, type Tensor } from "../util/tensor.js";
import { type CsvOptions, type CsvTable, readCells, readCsv } from "./csv.js";
import { plainText, textOf, wideText } from "./decode-text.js";
import { kindOfBytes, kindOfText } from "./file-kinds.js";
import { isJsonLines, readJsonLines } from "./json-lines.js";
import { type ColumnUse, isParquet, readParquet } from "./parquet.js";

export interface TableOptions extends CsvOptions {
  /** Of an archive of NumPy arrays: which one holds the rows; its only one of two dimensions unless said. */
  readonly array?: string | undefined;
}

/**
 * Read a table, by its first bytes: text (UTF-8, UTF-16, else Windows-1252) as `readCsv` does, or JSON lines, objects
 * whose keys are the columns; or Parquet, as `readParquet` does; or a NumPy array `(n, d)` of numbers, alone or in an archive, whose columns are `x1 … xd`
 * and whose NaN are missing cells.
 * @throws InputError that names the format of anything else and says what to do with it, or as `readCsv` does.
 */
export async function readTable(bytes: Uint8Array, options: TableOptions = {}): Promise<CsvTable> {
  const { source = "table", array } = options;
  if (isNpz(bytes)) return readArray(await arrayOf(bytes, source, array), options);
  if (array !== undefined)
    throw new InputError(`${source} is no archive of NumPy arrays (.npz); leave out the option array (${array})`);
  if (isNpy(bytes)) return readArray(decodeNpy(bytes, source), options);
  if (isParquet(bytes)) {
    const { lines, columns } = await readParquet(bytes, source, useOf(options));
    return readCells(lines, options, { columns });
  }
  const text = decodeText(bytes, source);
  if (!isJsonLines(text)) return readCsv(text, options);
  const { lines, columns } = readJsonLines(text, source);
  return readCells(lines, options, { columns });
}

/** What these options do with a column. */
const useOf =
  ({ columns, label, drop = [], whole }: CsvOptions) =>
  (name: string): ColumnUse => {
    if (name === label || ((columns === undefined || columns.includes(name)) && !drop.includes(name))) return "read";
    return whole ? "kept" : "none";
  };

/** The array of an archive that holds the rows. */
async function arrayOf(bytes: Uint8Array, source: string, wanted: string | undefined): Promise<Tensor<Float64Array>> {
  const files = await unpackNpz(bytes, source);
  const shapes = Object.entries(files).map(
    ([name, file]) => [name, npyHeader(file, `${source}, ${name}.npy`).shape ?? []] as const,
  );
  const there = shapes.map(([name, shape]) => `${name} ${showShape(shape)}`).join(", ");
  const tables = shapes.filter(([, shape]) => shape.length === 2).map(([name]) => name);
  if (wanted === undefined && tables.length !== 1)
    throw new InputError(
      tables.length === 0
        ? `${source} holds no array of rows (n, d); there are: ${there}`
        : `${source} holds ${tables.length} arrays of rows; choose one by --array: ${there}`,
    );
  const name = wanted ?? tables[0]!;
  const file = entryOf(files, name);
  if (!file)
    throw new InputError(`${source}: no array ${name}${suggest(name, Object.keys(files))}; there are: ${there}`);
  return decodeNpy(file, `${source}, ${name}.npy`);
}

function readArray({ data, shape }: Tensor<Float64Array>, options: CsvOptions): CsvTable {
  const { source = "table" } = options;
  const [n, d] = shape;
  if (n === undefined || d === undefined || shape.length !== 2)
    throw new InputError(`${source}: the NumPy array has shape ${showShape(shape)}; expected rows (n, d)`);
  const cells = (row: number): string[] =>
    Array.from(data.subarray(row * d, (row + 1) * d), (v) => (Number.isNaN(v) ? "" : String(v)));
  return readCells(
    Array.from({ length: n }, (_, i) => ({ row: i + 1, cells: cells(i) })),
    options,
    { columns: Array.from({ length: d }, (_, j) => `x${j + 1}`) },
  );
}

function decodeText(bytes: Uint8Array, source: string): string {
  const wide = utf16(bytes);
  if (wide) return wideText(bytes, wide, source);
  const kind = kindOfBytes(bytes);
  if (kind) throw new InputError(`${source} is ${kind.name}; ${kind.remedy}`);
  return textOf(bytes, source).text;
}

/** Whether bytes begin a CSV, in an encoding of which a line feed is one byte. */
export const isCsv = (head: Uint8Array): boolean => {
  if (isNpz(head) || isNpy(head) || isParquet(head) || utf16(head) || kindOfBytes(head)) return false;
  const { text } = plainText(head);
  return !isJsonLines(text) && kindOfText(text) === undefined;
};

/** Which UTF-16 it is: by its mark, or because every second byte of what should be digits and commas is 0. */
function utf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe && !(third === 0 && fourth === 0)) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const head = bytes.subarray(0, 512);
  const pairs = Math.floor(head.length / 2);
  const zeros = [0, 0];
  for (let i = 0; i < 2 * pairs; i++) if (head[i] === 0) zeros[i % 2]! += 1;
  const [even, odd] = zeros as [number, number];
  if (pairs > 1 && odd > 0.9 * pairs && even === 0) return "utf-16le";
  if (pairs > 1 && even > 0.9 * pairs && odd === 0) return "utf-16be";
  return undefined;
}
