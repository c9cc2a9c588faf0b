/** Opening a trained model: one that was saved, or the run that made it. */

import { find } from "#files";
import type { Where } from "../runtime/program.js";
import { decodeParts } from "./file.js";
import type { Folder } from "./files.js";
import { type ReadOptions, readRun } from "./read-run.js";
import { makeTrained, type Trained } from "./trained.js";

export interface OpenOptions extends ReadOptions, Where {}

/**
 * A trained model from where it is kept: the path of a saved model or of the folder of a run, in a browser an address (a
 * run's ends in a slash), its bytes, or any folder that can be read.
 *
 * `const model = await openModel("runs/mine"); const logp = await model.logDensity([[39.1, 18.7, 181, 3750]]);`
 * @throws InputError when there is nothing there, it is damaged, or was written by a newer version.
 */
export async function openModel(
  where: string | URL | Uint8Array | Folder,
  options: OpenOptions = {},
): Promise<Trained> {
  const found =
    where instanceof Uint8Array
      ? { name: "model", bytes: where }
      : typeof where === "string" || where instanceof URL
        ? await find(where)
        : where;
  const parts = "read" in found ? await readRun(found, options) : decodeParts(found.bytes, found.name);
  return makeTrained(parts, options);
}
