/** Tables from files in blocks of rows, so that memory need not hold them. Node only. */

import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { InputError } from "../util/errors.js";
import type { CsvTable } from "./csv.js";
import { type BlockOptions, blockReader } from "./csv-blocks.js";
import { mixedText, textOf } from "./decode-text.js";
import { loadCsv, STDIN } from "./load-csv.js";
import { isCsv, type TableOptions } from "./read-table.js";
import { rowSplitter } from "./row-splitter.js";

/** Reads the table from its beginning, each time it is asked. */
export type Blocks = () => AsyncIterable<CsvTable>;

/** Bytes of a block, about. */
const BLOCK = 2 ** 20;
/** Bytes that say what a file is. */
const HEAD = 2 ** 16;

/**
 * The rows of a file, a block at a time where it is CSV, also compressed; what comes from standard input or is of another
 * format is one block, read once. Every row, and every fault, is what `loadCsv` has.
 * @param block bytes of a block, about.
 * @throws InputError as `loadCsv` does.
 */
export async function loadBlocks(
  path: string,
  options: BlockOptions & Pick<TableOptions, "array"> = {},
  block: number = BLOCK,
): Promise<Blocks> {
  if (options.array === undefined && (await isCsvFile(path)))
    return () => csvBlocks(path, { ...options, source: path }, block);
  const table = await loadCsv(path, { ...options, fit: false });
  return async function* () {
    yield table;
  };
}

/** Whether a file is CSV that can be read again. What cannot be read is told by who reads it. */
async function isCsvFile(path: string): Promise<boolean> {
  if (path === STDIN) return false;
  try {
    if (!statSync(path).isFile()) return false;
    let head = new Uint8Array();
    for await (const part of bytesOf(path)) {
      head = Buffer.concat([head, part]);
      if (head.length >= HEAD) break;
    }
    return isCsv(head);
  } catch {
    return false;
  }
}

function isGzip(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const magic = new Uint8Array(2);
    return readSync(file, magic) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}

/** @throws InputError when what gzip has packed is broken. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: HEAD });
  if (!isGzip(path)) return yield* file;
  const unpacked = createGunzip();
  file.on("error", (error) => unpacked.destroy(error));
  try {
    yield* file.pipe(unpacked);
  } catch (error) {
    throw new InputError(
      `${path}: its gzip compression is broken (${error instanceof Error ? error.message : error}); copy the file again`,
    );
  } finally {
    file.destroy();
  }
}

/** Texts of whole lines, each about so many bytes. */
async function* textsOf(path: string, block: number): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let wide = false;
  const text = (bytes: Uint8Array): string => {
    const { text: own, utf8 } = textOf(bytes, path);
    if (!utf8 && wide) throw mixedText(path);
    wide ||= utf8 && bytes.some((byte) => byte > 127);
    return own;
  };
  for await (const part of bytesOf(path)) {
    const end = part.lastIndexOf(10) + 1;
    if (size + part.length < block || end === 0) {
      parts.push(part);
      size += part.length;
      continue;
    }
    yield text(Buffer.concat([...parts, part.subarray(0, end)]));
    parts = [part.subarray(end)];
    size = part.length - end;
  }
  yield text(Buffer.concat(parts));
}

async function* csvBlocks(
  path: string,
  options: BlockOptions & { source: string },
  block: number,
): AsyncGenerator<CsvTable> {
  const [rows, table] = [rowSplitter(path), blockReader(options)];
  for await (const text of textsOf(path, block)) {
    const found = table.read(rows.push(text));
    if (found) yield found;
  }
  const last = table.read(rows.rest());
  if (last) yield last;
  table.end();
}
