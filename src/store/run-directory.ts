/** A run's folder: what lies where, and who may write in it. */

import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseJsonObject } from "../formats/json.js";
import { InputError } from "../util/errors.js";
import { describeIssue } from "../util/options.js";
import { writeAtomic } from "./atomic.js";
import { errorCode, makeFolder, onDisk, readBytes } from "./disk.js";

/** The version of the layout that this ebbflow writes and the newest it reads. */
export const runFormat = 1;

/** `run.json`: where a run comes from. */
export interface RunInfo {
  readonly formatVersion: number;
  /** Version of ebbflow. */
  readonly ebbflow: string;
  /** Version of Node. */
  readonly node: string;
  /** System and processor, such as `linux-x64`. */
  readonly platform: string;
  readonly seed: number;
  readonly configHash: string;
  /** ISO 8601. */
  readonly created: string;
  readonly command?: readonly string[];
}

const runSchema = z.object({
  formatVersion: z.int().positive(),
  ebbflow: z.string(),
  node: z.string(),
  platform: z.string(),
  seed: z.int(),
  configHash: z.string(),
  created: z.string(),
  command: z.array(z.string()).exactOptional(),
});

const layout = {
  run: "run.json",
  config: "config.yaml",
  metrics: "metrics.ndjson",
  checkpoints: "checkpoints",
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
    metrics: at("metrics"),
    checkpoints: at("checkpoints"),
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
 * @param content `config` is the YAML text to keep; `run` must have `formatVersion: runFormat`.
 * @throws InputError when the path is a file or a folder with something in it, or the disk refuses (nothing is left then).
 */
export function createRunDirectory(
  path: string,
  content: { readonly config: string; readonly run: RunInfo },
): RunDirectory {
  const info = checkInfo("run.json", content.run);
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

function checkInfo(file: string, given: unknown): RunInfo {
  const parsed = runSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InputError(`${file}: ${describeIssue(parsed.error.issues[0]!)}`);
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
  const raw = parseJsonObject(text, `${file} is broken`);
  const { formatVersion: version, ebbflow } = raw;
  if (typeof version === "number" && version > runFormat)
    throw new InputError(
      `${path}: made by ebbflow ${ebbflow}, format ${version}; this ebbflow reads up to format ${runFormat}: upgrade ebbflow`,
    );
  return describe(path, checkInfo(`${file} is broken`, raw));
}
