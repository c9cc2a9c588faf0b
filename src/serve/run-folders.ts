/** Folders of runs as a page reads them: which there are, and their files, byte by byte as they grow. */

import { open, readdir, realpath, stat } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";
import { InputError } from "../util/errors.js";

/** The folder of a run, by the name under which a page asks for it. */
export interface RunFolder {
  readonly name: string;
  /** When something in it last changed, milliseconds since 1970. */
  readonly changed: number;
}

export interface RunFolders {
  /** The newest first. */
  list(): Promise<readonly RunFolder[]>;
  /** A file of a run from a byte on; `null` where there is no such file in it. */
  read(run: string, path: string, from?: number): Promise<Uint8Array<ArrayBuffer> | null>;
}

/** What makes a folder a run. */
const MARK = "run.json";

const changedAt = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );

/**
 * Runs in a folder, or that folder alone where it is a run itself.
 * @throws InputError when there is no such folder.
 */
export async function runFoldersIn(folder: string): Promise<RunFolders> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw new InputError(`${folder}: there is no such folder; give one that holds runs`);
  const top = await realpath(folder);
  const itself = (await changedAt(join(top, MARK))) !== null;
  const namesIn = async (): Promise<readonly string[]> => (itself ? [basename(top)] : await readdir(top));
  /** A link may lead anywhere: the folder of a run has to lie in the one that was given. */
  const folderOf = async (run: string): Promise<string | null> => {
    if (itself) return run === basename(top) ? top : null;
    if (run !== basename(run) || run.startsWith(".")) return null;
    const path = await realpath(join(top, run)).catch(() => null);
    return path?.startsWith(top + sep) ? path : null;
  };
  return {
    async list() {
      const runs = await Promise.all(
        (await namesIn()).map(async (name) => {
          const path = await folderOf(name);
          if (path === null) return [];
          const times = await Promise.all([MARK, "metrics.ndjson"].map((file) => changedAt(join(path, file))));
          return times[0] == null ? [] : [{ name, changed: Math.max(...times.map((t) => t ?? 0)) }];
        }),
      );
      return runs.flat().sort((a, b) => b.changed - a.changed);
    },
    async read(run, path, from = 0) {
      const within = await folderOf(run);
      if (within === null) return null;
      const file = await realpath(resolve(within, path)).catch(() => null);
      if (!file?.startsWith(within + sep)) return null;
      const handle = await open(file).catch(() => null);
      if (!handle) return null;
      try {
        const about = await handle.stat();
        if (!about.isFile()) return null;
        const bytes = new Uint8Array(Math.max(0, about.size - from));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
        return bytes.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}
