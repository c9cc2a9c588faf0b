/** A run's folder: what lies where, and who may write in it. */

import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkRunInfo, parseRunInfo, type RunInfo, runFormat } from "../formats/run-info.js";
import { InputError } from "../util/errors.js";
import { isTemporary, writeAtomic } from "./atomic.js";
import { makeFolder, onDisk, readBytes } from "./disk.js";
import { isLock, lockRunDirectory } from "./run-lock.js";

const layout = {
  run: "run.json",
  config: "config.yaml",
  data: "data.safetensors",
  metrics: "metrics.ndjson",
  times: "times.ndjson",
  checkpoints: "checkpoints",
  history: "history",
  samples: "samples",
  figures: "figures",
  summary: "summary.json",
  report: "report.html",
} as const;

/** Paths in a run's folder, and what its `run.json` says. */
export interface RunDirectory {
  readonly path: string;
  readonly info: RunInfo;
  /** The full path of each part; only `run`, `config` and the three folders exist from the start. */
  readonly files: Readonly<Record<keyof typeof layout, string>>;
}

function describe(path: string, info: RunInfo): RunDirectory {
  const at = (name: keyof typeof layout): string => join(path, layout[name]);
  const files = {
    run: at("run"),
    config: at("config"),
    data: at("data"),
    metrics: at("metrics"),
    times: at("times"),
    checkpoints: at("checkpoints"),
    history: at("history"),
    samples: at("samples"),
    figures: at("figures"),
    summary: at("summary"),
    report: at("report"),
  };
  return { path, info, files };
}

function taken(path: string): InputError {
  const resume = existsSync(join(path, layout.run)) ? ", or resume the run that is in it" : "";
  return new InputError(`${path} exists and is not empty: choose another --out${resume}`);
}

/** What a folder holds before it holds a run; files that have their names are there as well while they are written. */
const parts: readonly string[] = [layout.config, layout.data, layout.run];
const folders: readonly string[] = [layout.checkpoints, layout.samples, layout.figures];

const isFolder = (path: string): boolean => statSync(path).isDirectory();
const isEmptyFolder = (path: string): boolean => isFolder(path) && readdirSync(path).length === 0;

/**
 * Whether a process that was to make a run in a folder was ended before it had: it locked the folder first, and nothing but
 * what it began is there.
 */
function isHalfMade(path: string, names: readonly string[]): boolean {
  const isBegun = (name: string): boolean =>
    isLock(name) ||
    (folders.includes(name) && isEmptyFolder(join(path, name))) ||
    (name !== layout.run && parts.some((part) => name === part || isTemporary(name, part)));
  return names.some(isLock) && names.every(isBegun);
}

/**
 * Makes a run's folder, parents included. `run.json` is written last: a folder that has it is complete. What a process left
 * that was killed before that is taken over.
 *
 * Of two processes that make the same folder at once, one is refused at least.
 * @param content `config` is the YAML text to keep, `data` the rows; `run` must have `formatVersion: runFormat`.
 * @throws InputError when the path is a file or a folder with something in it, or the disk refuses (nothing is left then).
 */
export function createRunDirectory(
  path: string,
  content: { readonly config: string; readonly data?: Uint8Array; readonly run: RunInfo },
): RunDirectory {
  const info = checkRunInfo("run.json", content.run);
  if (info.formatVersion !== runFormat)
    throw new InputError(`run.json: formatVersion must be ${runFormat}, got ${info.formatVersion}`);
  const directory = describe(path, info);
  const action = `cannot create the run directory ${path}`;
  const isLeft = onDisk(action, () => {
    if (existsSync(path) && !isFolder(path)) throw new InputError(`${path} exists and is a file: choose another --out`);
    makeFolder(path);
    const names = readdirSync(path);
    if (names.length > 0 && !isHalfMade(path, names)) throw taken(path);
    return names.length > 0;
  });
  const release = lockRunDirectory(path);
  try {
    onDisk(action, () => {
      const names = readdirSync(path);
      // Another process may have made a run there since.
      if (isLeft ? !isHalfMade(path, names) : !names.every(isLock)) throw taken(path);
      for (const name of names) if (!isLock(name)) rmSync(join(path, name), { recursive: true });
    });
    fill(directory, content);
  } finally {
    release();
  }
  return directory;
}

/** Writes what every run has into an empty folder. @throws InputError when the disk refuses; the folder is then empty again. */
function fill({ files, path, info }: RunDirectory, content: Parameters<typeof createRunDirectory>[1]): void {
  try {
    onDisk(`cannot create the run directory ${path}`, () => {
      for (const folder of [files.checkpoints, files.samples, files.figures]) mkdirSync(folder);
    });
    writeAtomic(files.config, content.config);
    if (content.data) writeAtomic(files.data, content.data);
    writeAtomic(files.run, `${JSON.stringify(info, null, 2)}\n`);
  } catch (error) {
    for (const part of Object.values(files)) rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/** Why a folder without a `run.json` is none of a run. */
function noRun(path: string): InputError {
  const isBegun = onDisk(`cannot read ${path}`, () => {
    const names = isFolder(path) ? readdirSync(path) : null;
    return names !== null && (names.length === 0 || isHalfMade(path, names));
  });
  return isBegun
    ? new InputError(
        `${path} holds no run yet, and nothing to go on with: the command that was to make it has not come so far; give train the same --out again`,
      )
    : new InputError(`${path} is not a run directory: it has no ${layout.run}; give the folder that train made`);
}

/**
 * The run in a folder.
 * @throws InputError when the folder is missing, is not a run's, its `run.json` is broken, or a newer ebbflow made it.
 */
export function openRunDirectory(path: string): RunDirectory {
  if (!existsSync(path)) throw new InputError(`there is no run directory ${path}; check the path`);
  const file = join(path, layout.run);
  if (!existsSync(file)) throw noRun(path);
  const text = new TextDecoder().decode(readBytes(file));
  return describe(path, parseRunInfo(text, file, path));
}
