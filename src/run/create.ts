/** A new run: its folder, its configuration, its rows. Nothing is written before everything has been checked. */

import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type { Table } from "../data/csv.js";
import { createRunDirectory, type RunDirectory, runFormat } from "../store/run-directory.js";
import type { RunConfig } from "../train/config.js";
import { buildIteration, buildModel, prepareData } from "../train/prepare.js";
import { version } from "../util/version.js";
import { saveRunData } from "./data-file.js";

export interface NewRun {
  readonly config: RunConfig;
  /** The rows of `config.data.file`, already read. */
  readonly table?: Table;
  readonly command?: readonly string[];
}

/**
 * Make the folder of a run.
 * @throws InputError when the configuration and the rows do not make a run, or the folder is in use.
 */
export function createRun(path: string, { config, table, command }: NewRun): RunDirectory {
  const data = prepareData(config, table);
  buildIteration(config, buildModel(config, data.train.shape.slice(1)));
  const yaml = stringify(config);
  const directory = createRunDirectory(path, {
    config: yaml,
    run: {
      formatVersion: runFormat,
      ebbflow: version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      seed: config.seed,
      configHash: createHash("sha256").update(yaml).digest("hex"),
      created: new Date().toISOString(),
      ...(command ? { command } : {}),
    },
  });
  saveRunData(path, data);
  return directory;
}
