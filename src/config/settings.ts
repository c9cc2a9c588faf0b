/** The keys of a configuration by their dotted paths, and what each usually is. */

import { listOptions } from "../util/options.js";
import { configSchema, type RunConfig } from "./config.js";
import { declared, isDiscrete, registries } from "./registries.js";
import { optimizerFor } from "./usual.js";

/** Which set the member of a key is from. */
const sets = {
  energy: registries.energies,
  flow: registries.flows,
  objective: registries.objectives,
  optimizer: registries.optimizers,
} as const;

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (v, key) => (typeof v === "object" && v !== null ? (v as Readonly<Record<string, unknown>>)[key] : undefined),
    value,
  );

/** `settingsOf(config).value("objective.stepSize")`, by keys as they are written on a command line. */
export function settingsOf(config: RunConfig) {
  /** The option of the objective that is an objective itself, if one is. */
  const part = Object.entries(config.objective).find(([, option]) =>
    registries.objectives.some(({ name }) => name === at(option, ["name"])),
  )?.[0];
  /** The full key that an option has here: that of a part of the objective where the objective has it not. */
  const key = (asked: string): string => {
    const path = asked.split(".");
    const nested = ["objective", part ?? "", ...path.slice(1)];
    const isNested = path[0] === "objective" && at(config, path) === undefined && at(config, nested) !== undefined;
    return isNested ? nested.join(".") : asked;
  };
  return {
    key,
    fixed: declared("flows", config.flow)?.fixed ? ["flow"] : [],
    /** `undefined` where the configuration has no such key. */
    value: (asked: string): unknown => at(config, key(asked).split(".")),
    /** What it would be if nobody had said anything. */
    usual(asked: string): unknown {
      const path = key(asked).split(".");
      const [first = "", option = ""] = [path[0], path.at(-1)];
      if (!Object.hasOwn(sets, first)) return at(configSchema.parse({ data: {} }), path);
      const discrete = isDiscrete(config) ? optimizerFor(config.energy) : {};
      if (asked === `optimizer.energy.${option}` && Object.hasOwn(discrete, option)) return discrete[option];
      const member = at(config, [...path.slice(0, -1), "name"]);
      const found = sets[first as keyof typeof sets].find(({ name }) => name === member);
      return found && listOptions(found.options).find(({ name }) => name === option)?.default;
    },
  };
}
