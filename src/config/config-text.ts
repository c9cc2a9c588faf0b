/** A configuration as YAML. */

import { InputError } from "../util/errors.js";
import { readYaml } from "../util/yaml.js";
import { type RunConfig, resolveConfig } from "./config.js";

/**
 * The configuration a text holds.
 * @param name says in messages where the text comes from.
 * @throws InputError when it is not YAML, or no configuration.
 */
export function parseConfig(text: string, name = "configuration"): RunConfig {
  const { value } = readYaml(text, { name });
  try {
    return resolveConfig(value);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${name}: ${error.message}`, error.path, { cause: error });
    throw error;
  }
}
