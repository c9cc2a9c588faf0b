/** Tables from files. Node only: not in the barrel, so that the browser never sees `node:fs`. */

import { createReadStream, statSync } from "node:fs";
import { isatty } from "node:tty";
import { gunzipSync } from "node:zlib";
import { InputError } from "../util/errors.js";
import type { CsvTable } from "./csv.js";
import { readTable, type TableOptions } from "./read-table.js";

/** The name of a file that stands for standard input. */
export const STDIN = "-";

/**
 * Read a table from a file, compressed by gzip or not, or with `-` from standard input; messages call it by its path.
 * @throws InputError when it cannot be read, or as `readTable` does.
 */
export async function loadCsv(path: string, options: Omit<TableOptions, "source"> = {}): Promise<CsvTable> {
  const source = path === STDIN ? "standard input" : path;
  return readTable(unzipped(await readAll(path, source), source), { ...options, source });
}

/** The bytes that gzip has packed, or the bytes themselves. @throws InputError when what is packed is broken. */
export function unzipped(bytes: Uint8Array, source: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new InputError(
      `${source}: its gzip compression is broken (${error instanceof Error ? error.message : error}); copy the file again`,
    );
  }
}

async function readAll(path: string, source: string): Promise<Uint8Array> {
  try {
    if (path === STDIN && isatty(0))
      throw new InputError(`${source} is the terminal; pipe a table into it, or give a file`);
    if (path !== STDIN && statSync(path).isCharacterDevice())
      throw new InputError(`${source}: is a device; expected a table, such as a CSV file`);
    const parts: Buffer[] = [];
    for await (const part of path === STDIN ? process.stdin : createReadStream(path)) parts.push(part as Buffer);
    return Buffer.concat(parts);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") throw new InputError(`${source}: no such file; check the path`);
    if (code === "EISDIR") throw new InputError(`${source}: is a directory; expected a table, such as a CSV file`);
    if (code === "EACCES") throw new InputError(`${source}: no permission to read it`);
    throw error;
  }
}
