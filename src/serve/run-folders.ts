/** Folders of runs as a page reads them: which there are, and their files, byte by byte as they grow. */

import { open, readdir, realpath, stat } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";
import { checkpointStep } from "../formats/checkpoint.js";
import { isRunLocked } from "../store/run-lock.js";
import { InputError } from "../util/errors.js";

/** The folder of a run, by the name under which a page asks for it. */
export interface RunFolder {
  readonly name: string;
  /** When something in it last changed, milliseconds since 1970. */
  readonly changed: number;
  /** Whether a process writes into it. */
  readonly busy: boolean;
  /** Whether it has been evaluated at its end. */
  readonly evaluated: boolean;
  /** Bytes of its journal, and what names the file: where it is another, it was written anew. */
  readonly journal: { readonly bytes: number; readonly id: number };
  /** Steps whose parameters are there, ascending, by the folder that holds them. */
  readonly kept: { readonly [Folder in KeptFolder]: readonly number[] };
}

const keptFolders = ["checkpoints", "history", "best"] as const;
type KeptFolder = (typeof keptFolders)[number];

export interface RunFolders {
  /** The newest first. */
  list(): Promise<readonly RunFolder[]>;
  /** A file of a run from a byte on, up to another or its end; `null` where there is no such file in it. */
  read(run: string, path: string, from?: number, to?: number): Promise<Uint8Array<ArrayBuffer> | null>;
}

/** What makes a folder a run. */
const MARK = "run.json";

const about = (path: string) => stat(path).catch(() => null);

/** Steps that the names of the checkpoints in a folder say. */
async function stepsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => checkpointStep(name) ?? []).sort((a, b) => a - b);
}

/** What is seen of a folder from outside; `null` where it is no run. */
async function lookAt(name: string, path: string): Promise<RunFolder | null> {
  const files = [MARK, "metrics.ndjson", "summary.json"].map((file) => about(join(path, file)));
  const [mark, journal, summary] = await Promise.all(files);
  if (!mark) return null;
  const kept = await Promise.all(keptFolders.map(async (one) => [one, await stepsIn(join(path, one))]));
  return {
    name,
    changed: Math.max(...[mark, journal, summary].map((file) => file?.mtimeMs ?? 0)),
    busy: isRunLocked(path),
    evaluated: summary != null,
    journal: { bytes: journal?.size ?? 0, id: journal?.ino ?? 0 },
    kept: Object.fromEntries(kept) as RunFolder["kept"],
  };
}

/**
 * Runs in a folder, or that folder alone where it is a run itself.
 * @throws InputError when there is no such folder.
 */
export async function runFoldersIn(folder: string): Promise<RunFolders> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw new InputError(`${folder}: there is no such folder; give one that holds runs`);
  const top = await realpath(folder);
  const itself = (await about(join(top, MARK))) !== null;
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
          // One that goes away while it is looked at is not there.
          return path === null ? [] : ((await lookAt(name, path).catch(() => null)) ?? []);
        }),
      );
      return runs.flat().sort((a, b) => b.changed - a.changed);
    },
    async read(run, path, from = 0, to = Number.POSITIVE_INFINITY) {
      const within = await folderOf(run);
      if (within === null) return null;
      const file = await realpath(resolve(within, path)).catch(() => null);
      if (!file?.startsWith(within + sep)) return null;
      const handle = await open(file).catch(() => null);
      if (!handle) return null;
      try {
        const file = await handle.stat();
        if (!file.isFile()) return null;
        const bytes = new Uint8Array(Math.max(0, Math.min(to, file.size) - from));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
        return bytes.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}
