/** A configuration as YAML. */

import { parse, YAMLError } from "yaml";
import { InputError } from "../util/errors.js";
import { type RunConfig, resolveConfig } from "./config.js";

/**
 * The configuration a text holds.
 * @param name says in messages where the text comes from.
 * @throws InputError when it is not YAML, or no configuration.
 */
export function parseConfig(text: string, name = "configuration"): RunConfig {
  try {
    return resolveConfig(parse(text));
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${name}: ${error.message}`, error.path, { cause: error });
    if (error instanceof YAMLError)
      throw new InputError(`${name}: ${error.message.split("\n", 1)[0]}`, [], { cause: error });
    throw error;
  }
}
