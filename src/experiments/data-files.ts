/** Data that ebbflow does not bring along: files of a folder that the user of an experiment gives it. */

/** A file of the folder, as plain data: the same contents are the same file, wherever the folder lies. */
export interface DataFile {
  readonly name: string;
  /** Its place in the folder, with slashes. */
  readonly path: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** What an experiment needs of the folder. */
export interface DataNeed {
  /** Which files these are and where they come from, in words that complete "it needs a folder of …". */
  readonly about: string;
  /** Whether a file is one of them, by its name. */
  takes(name: string): boolean;
}

/** The bytes of a file, unpacked where gzip has packed them. @throws InputError when it cannot be read, or has changed. */
export type ReadData = (file: DataFile) => Promise<Uint8Array>;
