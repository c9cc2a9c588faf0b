/** A new run: its folder, its configuration, its rows. Nothing is written before everything has been checked. */

import { rmSync } from "node:fs";
import { stringify } from "yaml";
import type { RunConfig } from "../config/config.js";
import { buildIteration, buildModel, classCount, prepareData, type RunData } from "../config/prepare.js";
import { isDiscrete } from "../config/registries.js";
import type { CsvTable } from "../data/csv.js";
import { runFormat } from "../formats/run-info.js";
import { createRunDirectory, type RunDirectory } from "../store/run-directory.js";
import { cholesky } from "../util/cholesky.js";
import { InputError } from "../util/errors.js";
import { columnCovariance } from "../util/moments.js";
import { sha256 } from "../util/sha256.js";
import type { FloatTensor } from "../util/tensor.js";
import { version } from "../util/version.js";
import { dataFile, saveRunData } from "./data-file.js";

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
export function createRun(path: string, { config, table, command }: NewRun): RunDirectory {
  const data = prepareData(config, table);
  if (!isDiscrete(config)) expectDensity(data);
  buildIteration(config, buildModel(config, data.train.shape.slice(1), classCount(data)));
  const yaml = stringify(config);
  const directory = createRunDirectory(path, {
    config: yaml,
    run: {
      formatVersion: runFormat,
      ebbflow: version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      seed: config.seed,
      configHash: sha256(yaml),
      created: new Date().toISOString(),
      ...(command ? { command } : {}),
    },
  });
  try {
    saveRunData(path, data);
  } catch (error) {
    for (const part of [...Object.values(directory.files), dataFile(path)])
      rmSync(part, { recursive: true, force: true });
    throw error;
  }
  return directory;
}

/** A column that the others leave this little of, in standard deviations, is beyond single precision. */
const THINNEST = 1e-5;

/** Rows that lie in a plane have no density, and the baseline of every evaluation is a Gaussian fitted to them. */
function expectDensity({ train, columns }: RunData): void {
  const [rows, d] = [train.shape[0] ?? 0, columns.length];
  if (rows <= d)
    throw new InputError(
      `${rows} rows are left for training, of ${d} columns; give more rows, so that at least ${d + 1} are left`,
    );
  const j = thinColumn(train);
  if (j < 0) return;
  const others = j > 0 ? ` (${columns.slice(0, j).join(", ")})` : "";
  throw new InputError(
    `column ${columns[j]} is a weighted sum of the columns before it${others}, so there is no joint density; leave one of them out, for example with --set data.columns=[${columns.filter((_, k) => k !== j).join(",")}]`,
  );
}

/** The first column that depends on those before it, or −1; rows are standardised. */
function thinColumn({ data, shape }: FloatTensor): number {
  const d = shape[1] ?? 0;
  const { covariance } = columnCovariance(data, d);
  // What is added keeps the factor real, and is less than what is looked for.
  for (let i = 0; i < d; i++) covariance[i * d + i]! += THINNEST ** 2 / 10;
  const lower = cholesky(covariance, d, "createRun");
  return Array.from({ length: d }, (_, j) => lower[j * d + j]!).findIndex((left) => left < THINNEST);
}
