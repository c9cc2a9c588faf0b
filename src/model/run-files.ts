/** What every reader of a run's folder reads first: where the run comes from, its configuration and its rows. */

import { sha256 } from "#sha256";
import type { RunConfig } from "../config/config.js";
import { parseConfig } from "../config/config-text.js";
import { buildModel, classCount, type RunData } from "../config/prepare.js";
import { decodeRunData, runDataHash } from "../config/run-data.js";
import { parseRunInfo, type RunInfo } from "../formats/run-info.js";
import type { Model } from "../objectives/objective.js";

/** The bytes of a file, and what messages call it. */
export interface NamedBytes {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/** Files that no run is without, by what they are. */
export const runFileNames = { info: "run.json", config: "config.yaml", data: "data.safetensors" } as const;

export interface RunFiles {
  readonly info: RunInfo;
  readonly config: RunConfig;
  readonly data: RunData;
  readonly model: Model;
  /** What is not as it was when the run was made, in words. */
  readonly notices: readonly string[];
}

const text = ({ bytes }: NamedBytes): string => new TextDecoder().decode(bytes);

/**
 * A run of its files.
 * @param run says in messages which run it is.
 * @throws InputError when one is damaged, or was written by a newer version.
 */
export function runOf(files: Readonly<Record<keyof typeof runFileNames, NamedBytes>>, run: string): RunFiles {
  const info = parseRunInfo(text(files.info), files.info.name, run);
  const yaml = text(files.config);
  const config = parseConfig(yaml, files.config.name);
  const data = decodeRunData(files.data.bytes, files.data.name);
  const notices = [
    ...(sha256(yaml) === info.configHash
      ? []
      : [
          `${files.config.name} was edited after the run was made (run.json has the hash of what it was); it counts as it is now`,
        ]),
    ...(info.dataHash === undefined || info.dataHash === runDataHash(files.data.bytes)
      ? []
      : [`${files.data.name} holds other rows than the run was made with (run.json has their hash)`]),
  ];
  return { info, config, data, model: buildModel(config, data.train.shape.slice(1), classCount(data)), notices };
}
