/** A new run: its folder, its configuration, its rows. Nothing is written before everything has been checked. */

import { stringify } from "yaml";
import { askedEngine } from "#ort";
import { sha256 } from "#sha256";
import type { RunConfig } from "../config/config.js";
import { buildIteration, buildModel, classCount } from "../config/prepare.js";
import { prepareRun } from "../config/prepare-run.js";
import { encodeRunData, runDataHash } from "../config/run-data.js";
import type { CsvTable } from "../data/csv.js";
import { runFormat } from "../formats/run-info.js";
import { createRunDirectory, type RunDirectory } from "../store/run-directory.js";
import { version } from "../util/version.js";

export interface NewRun {
  readonly config: RunConfig;
  /** The rows of `config.data.file`, already read. */
  readonly table?: CsvTable;
  readonly command?: readonly string[];
}

/**
 * Make the folder of a run.
 * @throws InputError when the configuration and the rows do not make a run, or the folder is in use.
 */
export function createRun(path: string, { config: raw, table, command }: NewRun): RunDirectory {
  const remedy = (kept: readonly string[]): string => `, for example with --set data.columns=[${kept.join(",")}]`;
  const { config, data } = prepareRun(raw, table, remedy);
  buildIteration(config, buildModel(config, data.train.shape.slice(1), classCount(data)));
  const asked = askedEngine();
  const [yaml, rows] = [stringify(config), encodeRunData(data)];
  const dataHash = runDataHash(rows);
  return createRunDirectory(path, {
    config: yaml,
    data: rows,
    run: {
      formatVersion: runFormat,
      ebbflow: version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      seed: config.seed,
      configHash: sha256(yaml),
      ...(dataHash ? { dataHash } : {}),
      ...(asked === "auto" ? {} : { engine: asked }),
      created: new Date().toISOString(),
      ...(command ? { command } : {}),
    },
  });
}
