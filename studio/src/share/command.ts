/** A training as a command line. */

import { type Config, isRecord } from "../state/dotted.js";
import { yamlValue } from "./yaml.js";

/** Text as one word of a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Keys that `--set` can name: what lies under others is set as a whole. */
const canNest = (value: unknown): value is Config =>
  isRecord(value) && Object.keys(value).length > 0 && Object.keys(value).every((key) => /^[\w-]+$/.test(key));

const settings = (config: Config, prefix = ""): string[] =>
  Object.entries(config).flatMap(([key, value]) =>
    value === undefined
      ? []
      : canNest(value)
        ? settings(value, `${prefix}${key}.`)
        : [`${prefix}${key}=${yamlValue(value)}`],
  );

/** `npx ebbflow train --set …`, a setting a line; rows of a file are its first argument. */
export function writeCommand(config: Config): string {
  const { data, ...others } = config as { readonly data?: Config };
  const { file, ...rest } = data ?? {};
  const words = settings(Object.keys(rest).length > 0 ? { data: rest, ...others } : others);
  const from = typeof file === "string" ? [shellWord(file)] : [];
  return [["npx ebbflow train", ...from].join(" "), ...words.map((word) => `  --set ${shellWord(word)}`)].join(" \\\n");
}
