/** The rows of a run, kept in its folder: a run can be resumed and judged when the file it came from has changed. */

import { join } from "node:path";
import type { RunData } from "../config/prepare.js";
import { decodeRunData, encodeRunData } from "../config/run-data.js";
import { writeAtomic } from "../store/atomic.js";
import { readBytes } from "../store/disk.js";

export const dataFile = (directory: string): string => join(directory, "data.safetensors");

/** Write the rows of a run. */
export const saveRunData = (directory: string, data: RunData): void =>
  writeAtomic(dataFile(directory), encodeRunData(data));

/** The rows of a run. @throws InputError when the file is missing or damaged. */
export function loadRunData(directory: string): RunData {
  const file = dataFile(directory);
  return decodeRunData(readBytes(file), file);
}
