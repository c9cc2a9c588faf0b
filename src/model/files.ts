/** Where models are kept: files, folders of runs, addresses; Node and the browser each know their own. */

/** A folder of files, wherever it lies. */
export interface Folder {
  /** What messages call it. */
  readonly name: string;
  /** The bytes of a file by its path in the folder, with slashes; `null` where there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** Names in a folder below, none where there is no such folder; `null` where that cannot be told, as over HTTP. */
  list(path: string): Promise<readonly string[] | null>;
}

/** Somewhere a browser lets a page write, such as a `FileSystemFileHandle`. */
export interface WritableFile {
  createWritable(): Promise<{ write(bytes: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void> }>;
}

/** Where a model can be written. */
export type Place = string | URL | WritableFile;

/** What lies at a path or an address: one file, or the folder of a run. */
export type Found = { readonly name: string; readonly bytes: Uint8Array } | Folder;

export type Find = (where: string | URL) => Promise<Found>;
export type Write = (where: Place, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
