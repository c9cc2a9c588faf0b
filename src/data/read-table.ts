/** A table of numbers from the bytes of a file, whatever wrote it. */

import { decodeNpy, isNpy } from "../formats/npy.js";
import { InputError } from "../util/errors.js";
import { showShape } from "../util/tensor.js";
import { type CsvOptions, type CsvTable, readCells, readCsv } from "./csv.js";
import { kindOfBytes } from "./file-kinds.js";

/**
 * Read a table: text (UTF-8, UTF-16, else Windows-1252) as `readCsv` does, or a NumPy array `(n, d)` of numbers, whose
 * columns are `x1 … xd` and whose NaN are missing cells.
 * @throws InputError that names the format of anything else and says what to do with it, or as `readCsv` does.
 */
export function readTable(bytes: Uint8Array, options: CsvOptions = {}): CsvTable {
  const { source = "table" } = options;
  if (!isNpy(bytes)) return readCsv(decodeText(bytes, source), options);
  const { data, shape } = decodeNpy(bytes, source);
  const [n, d] = shape;
  if (n === undefined || d === undefined || shape.length !== 2)
    throw new InputError(`${source}: the NumPy array has shape ${showShape(shape)}; expected rows (n, d)`);
  const cells = (row: number): string[] =>
    Array.from(data.subarray(row * d, (row + 1) * d), (v) => (Number.isNaN(v) ? "" : String(v)));
  return readCells(
    Array.from({ length: n }, (_, i) => ({ row: i + 1, cells: cells(i) })),
    options,
  );
}

function decodeText(bytes: Uint8Array, source: string): string {
  const wide = utf16(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  const kind = kindOfBytes(bytes);
  if (kind) throw new InputError(`${source} is ${kind.name}; ${kind.remedy}`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

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
