/** Tables from files. Node only: not in the barrel, so that the browser never sees `node:fs`. */

import { readFile } from "node:fs/promises";
import { InputError } from "../util/errors.js";
import { type CsvOptions, type CsvTable, readCsv } from "./csv.js";

/**
 * Read a CSV file; messages call it by its path.
 * @throws InputError when it cannot be read, or as `readCsv` does.
 */
export async function loadCsv(path: string, options: Omit<CsvOptions, "source"> = {}): Promise<CsvTable> {
  return readCsv(await readText(path), { ...options, source: path });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new InputError(`${path}: no such file; check the path`);
    if (code === "EISDIR") throw new InputError(`${path}: is a directory; expected a CSV file`);
    if (code === "EACCES") throw new InputError(`${path}: no permission to read it`);
    throw error;
  }
}
