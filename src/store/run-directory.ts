/** A run's folder: what lies where, and who may write in it. */

import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkRunInfo, parseRunInfo, type RunInfo, runFormat } from "../formats/run-info.js";
import { InputError } from "../util/errors.js";
import { writeAtomic } from "./atomic.js";
import { errorCode, makeFolder, onDisk, readBytes } from "./disk.js";

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

const taken = (path: string): InputError =>
  new InputError(`${path} exists and is not empty: choose another --out, or resume the run that is in it`);

/**
 * Makes a run's folder, parents included. `run.json` is written last: a folder that has it is complete.
 *
 * Of two processes that make the same folder at once, one is refused.
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
  const { files } = directory;
  const action = `cannot create the run directory ${path}`;
  onDisk(action, () => {
    if (existsSync(path) && !statSync(path).isDirectory())
      throw new InputError(`${path} exists and is a file: choose another --out`);
    makeFolder(path);
    if (readdirSync(path).length > 0) throw taken(path);
    claim(files.checkpoints, path);
  });
  try {
    onDisk(action, () => {
      mkdirSync(files.samples);
      mkdirSync(files.figures);
    });
    writeAtomic(files.config, content.config);
    if (content.data) writeAtomic(files.data, content.data);
    writeAtomic(files.run, `${JSON.stringify(info, null, 2)}\n`);
  } catch (error) {
    for (const part of Object.values(files)) rmSync(part, { recursive: true, force: true });
    throw error;
  }
  return directory;
}

/** A folder can be made by one process only: whoever makes the first one owns the run. */
function claim(dir: string, path: string): void {
  try {
    mkdirSync(dir);
  } catch (error) {
    throw errorCode(error) === "EEXIST" ? taken(path) : error;
  }
}

/**
 * The run in a folder.
 * @throws InputError when the folder is missing, is not a run's, its `run.json` is broken, or a newer ebbflow made it.
 */
export function openRunDirectory(path: string): RunDirectory {
  if (!existsSync(path)) throw new InputError(`there is no run directory ${path}; check the path`);
  const file = join(path, layout.run);
  if (!existsSync(file))
    throw new InputError(`${path} is not a run directory: it has no ${layout.run}; give the folder that train made`);
  const text = new TextDecoder().decode(readBytes(file));
  return describe(path, parseRunInfo(text, file, path));
}
