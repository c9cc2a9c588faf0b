/** Configurations as YAML: nested keys in blocks, values as JSON, which YAML reads. */

import { type Config, isRecord } from "../state/dotted.js";

/** A word that YAML 1.2 reads as text, and so do shells. */
const PLAIN = /^[A-Za-z][\w-]*$/;
const MEANT = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** A value as YAML on one line. */
export const yamlValue = (value: unknown): string =>
  typeof value === "string" && PLAIN.test(value) && !MEANT.test(value) ? value : JSON.stringify(value);

/** A configuration as a file for `ebbflow train --config`. */
export function writeYaml(config: Config, indent = ""): string {
  return Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) =>
      isRecord(value) && Object.keys(value).length > 0
        ? `${indent}${yamlValue(key)}:\n${writeYaml(value, `${indent}  `)}`
        : `${indent}${yamlValue(key)}: ${yamlValue(value)}\n`,
    )
    .join("");
}
