/** What a training is made of, the same for a folder, for `fit` and for a page: rows, and a configuration that they have completed. */

import type { CsvTable } from "../data/csv.js";
import type { RunConfig } from "./config.js";
import { expectDensity } from "./expect-density.js";
import { withImage, withKinds } from "./fit-coordinates.js";
import { prepareData, type RunData } from "./prepare.js";
import { settleConfig } from "./settle.js";

export interface PreparedRun {
  /** With all that the rows decide: kinds of columns, the shape of images, what members leave to them. */
  readonly config: RunConfig;
  readonly data: RunData;
}

/**
 * `const { config, data } = prepareRun(resolveConfig(given), table); await startSession(config, data)`.
 * @param remedy how a column is left out that depends on others, to end the message, from those that stay.
 * @throws InputError when the configuration and the rows make no run.
 */
export function prepareRun(
  raw: RunConfig,
  table?: CsvTable,
  remedy?: (kept: readonly string[]) => string,
): PreparedRun {
  const given = withImage(raw, table);
  const data = prepareData(given, table);
  const known = withKinds(given, data.coordinates);
  expectDensity(known, data, remedy);
  return { config: settleConfig(known, data), data };
}
