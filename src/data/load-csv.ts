/** Tables from files. Node only: not in the barrel, so that the browser never sees `node:fs`. */

import { createReadStream, statSync } from "node:fs";
import { isatty } from "node:tty";
import { gunzipSync } from "node:zlib";
import { sayOnce } from "../runtime/say-once.js";
import { InputError } from "../util/errors.js";
import { errorCode, reasonOf } from "../util/on-disk.node.js";
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

/** Milliseconds after which it is said that somebody waits. */
const PATIENCE = 2000;

async function readAll(path: string, source: string): Promise<Uint8Array> {
  try {
    if (path === STDIN && isatty(0))
      throw new InputError(`${source} is the terminal; pipe a table into it, or give a file`);
    const found = path === STDIN ? undefined : statSync(path);
    if (found?.isCharacterDevice())
      throw new InputError(`${source}: is a device; expected a table, such as a CSV file`);
    const waiting = setTimeout(() => {
      if (found && !found.isFile()) sayOnce(`notice: waiting for somebody to write into the pipe ${source}`);
    }, PATIENCE);
    try {
      const parts: Buffer[] = [];
      for await (const part of path === STDIN ? process.stdin : createReadStream(path)) {
        clearTimeout(waiting);
        parts.push(part as Buffer);
      }
      return Buffer.concat(parts);
    } finally {
      clearTimeout(waiting);
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") throw new InputError(`${source}: no such file; check the path`);
    if (code === "EISDIR") throw new InputError(`${source}: is a directory; expected a table, such as a CSV file`);
    if (code === "EACCES") throw new InputError(`${source}: no permission to read it`);
    if (code !== undefined) throw new InputError(`cannot read ${source}: ${reasonOf(error)}`, [], { cause: error });
    throw error;
  }
}
