/** Where a model that is asked about comes from, and its folder or bytes as the library opens them. */

import { openModel, type Trained } from "ebbflow";
import type { Folder } from "ebbflow/model";
import { fetched } from "../folders/fetched.js";
import type { SeenFolder } from "../folders/seen.js";
import { stepFile } from "../folders/step-file.js";
import type { Snapshot } from "../snapshots.js";

/** A file that was chosen or dropped, by its path in what was chosen. */
export interface ChosenFile {
  readonly path: string;
  readonly file: Blob;
}

export type Source =
  /** Of a saved model; the folder of a run ends in a slash. */
  | { readonly kind: "address"; readonly address: string }
  /** A saved model, or the files of a run's folder. */
  | { readonly kind: "files"; readonly name: string; readonly files: readonly ChosenFile[] }
  /** A training of the page: its model, and its states on the way. */
  | { readonly kind: "bytes"; readonly name: string; readonly bytes: Uint8Array; readonly kept: readonly Snapshot[] };

export interface OpenedSource {
  readonly model: Trained;
  /** What was passed over, in words. */
  readonly notices: readonly string[];
  /** The folder of the run that it is of; `null` where it is none. */
  readonly folder: Folder | null;
}

const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** What every run has. */
const MARK = "run.json";

/** The one folder of a run among files. @throws Error in a line where there is none, or several. */
export function runAmong(name: string, files: readonly ChosenFile[]): ReadonlyMap<string, Blob> {
  const tops = files
    .filter(({ path }) => path === MARK || path.endsWith(`/${MARK}`))
    .map(({ path }) => path.slice(0, path.length - MARK.length));
  // A run that lies in another's folder is none of its own files.
  const outer = tops.filter((top) => !tops.some((other) => other !== top && top.startsWith(other)));
  const [top] = outer;
  if (top === undefined)
    throw new Error(
      `${name} holds no run and is no saved model: a run's folder has a file ${MARK}, a saved model is one file.`,
    );
  if (outer.length > 1)
    throw new Error(
      `${name} holds ${outer.length} runs (${outer.slice(0, 3).join(", ")}${outer.length > 3 ? ", …" : ""}); choose the folder of one.`,
    );
  return new Map(
    files.filter(({ path }) => path.startsWith(top)).map(({ path, file }) => [path.slice(top.length), file]),
  );
}

/** Files as a folder that the library reads. */
function folderOf(name: string, files: ReadonlyMap<string, Blob>): Folder {
  return {
    name,
    async read(path) {
      const file = files.get(path);
      return file ? bytesOf(file) : null;
    },
    async list(path) {
      return [...files.keys()].flatMap((own) => {
        const rest = own.startsWith(`${path}/`) ? own.slice(path.length + 1) : "";
        return rest && !rest.includes("/") ? [rest] : [];
      });
    },
  };
}

/** The folder of a run at an address; what it keeps is listed where `ebbflow studio` serves it. */
function folderAt(address: string): Folder {
  const name = decodeURIComponent(new URL(address).pathname.split("/").at(-2) ?? "");
  return {
    name,
    read: (path) => fetched(address, path),
    async list(path) {
      const bytes = await fetched(address, "../../runs.json").catch(() => null);
      try {
        const seen = JSON.parse(new TextDecoder().decode(bytes!)) as readonly SeenFolder[];
        const kept = seen.find((folder) => folder.name === name)?.kept as Readonly<Record<string, readonly number[]>>;
        return kept[path]!.map(stepFile);
      } catch {
        return null;
      }
    },
  };
}

/** @throws Error in a line where there is no model, it is damaged, or of another version. */
export async function openSource(source: Source): Promise<OpenedSource> {
  const notices: string[] = [];
  const notice = (text: string): void => void notices.push(text);
  const opened = async (): Promise<Omit<OpenedSource, "notices">> => {
    if (source.kind === "address") {
      const { address } = source;
      return { model: await openModel(address, { notice }), folder: address.endsWith("/") ? folderAt(address) : null };
    }
    if (source.kind === "bytes") return { model: await openModel(source.bytes), folder: null };
    const { name, files } = source;
    const [only] = files;
    if (files.length === 1 && only && !only.path.includes("/"))
      return { model: await openModel(await bytesOf(only.file)), folder: null };
    const folder = folderOf(name, runAmong(name, files));
    return { model: await openModel(folder, { notice }), folder };
  };
  return { ...(await opened()), notices };
}
