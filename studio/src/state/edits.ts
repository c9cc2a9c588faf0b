/** What an edit of a setup asks of the trainings of the page. */

import type { RunState } from "./address.js";
import { type Config, flatten, valueAt, withValue } from "./dotted.js";

/** Keys whose values differ. */
export function changedKeys(before: RunState["config"], after: RunState["config"]): string[] {
  const [old, now] = [flatten(before), flatten(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]),
  );
}

/** A member of the optimizers or of an objective, and not its name or the settings it takes from others. */
const isOption = (key: string): boolean =>
  /^(optimizer\.[^.]+|objective)\.[^.]+$/.test(key) && !/\.(name|preset)$/.test(key);

const isAmount = (value: unknown): boolean =>
  value === undefined || typeof value === "number" || typeof value === "boolean";

/**
 * Whether a training may go on from where it is when its setup changes: in options of its optimizers, or in amounts and
 * switches of its objective. Words of an objective say how it begins, or with what. What makes another state, such as
 * more chains, is seen when that is tried.
 */
export function canGoOn(before: RunState, after: RunState): boolean {
  const isFree = (key: string): boolean =>
    isOption(key) &&
    (key.startsWith("optimizer.") || [before, after].every(({ config }) => isAmount(valueAt(config, key))));
  return before.table === after.table && changedKeys(before.config, after.config).every(isFree);
}

/** Keys of a configuration that two trainings share, so that they differ in nothing but their methods. */
const SHARED = ["data", "seed"] as const;

const sharedOf = ({ config }: RunState): Config =>
  Object.fromEntries(SHARED.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])));

/** Whether two setups have the same data and seed. */
export const sharesData = (a: RunState, b: RunState): boolean =>
  a.table === b.table && changedKeys(sharedOf(a), sharedOf(b)).length === 0;

/** What names where the rows of a setup come from. */
export const sourceOf = ({ config }: RunState): unknown =>
  JSON.stringify([valueAt(config, "data.dataset"), valueAt(config, "data.file"), valueAt(config, "data.columns")]);

/**
 * A setup with the data and the seed of another; itself where it has them.
 * @param resolved its configuration with everything in it, where it is known.
 */
export function withDataOf(from: RunState, to: RunState, resolved: Config | undefined): RunState {
  if (sharesData(from, to)) return to;
  const { table: _, ...rest } = to;
  const others = Object.fromEntries(Object.entries(to.config).filter(([key]) => !SHARED.includes(key as "data")));
  const config = { ...sharedOf(from), ...others };
  return { ...rest, config: withMembers(config, resolved), ...(from.table ? { table: from.table } : {}) };
}

/**
 * A configuration that names its energy: of rows of a file others are usual, and a change of data is to change nothing
 * else.
 */
export function withMembers(config: Config, resolved: Config | undefined): Config {
  const name = resolved && valueAt(resolved, "energy.name");
  const isFile = valueAt(config, "data.file") !== undefined;
  if (!isFile || name === undefined || valueAt(config, "energy.name") !== undefined) return config;
  return { ...config, energy: { ...(config.energy as object | undefined), name } };
}

/** A setup that was changed somewhere else, with the values that were edited of the one before. */
export function withEdits(before: RunState, edited: RunState, next: RunState): RunState {
  const keys = changedKeys(before.config, edited.config);
  const config = keys.reduce((all, key) => withValue(all, key, valueAt(edited.config, key)), next.config);
  return { ...next, config };
}

/** The setup of a second training that differs from a first in its objective alone. */
export function withObjective({ config, ...rest }: RunState, name: string): RunState {
  const { optimizer, ...others } = config as Config & { readonly optimizer?: Config };
  // Groups of its own are of the other objective.
  const kept = Object.entries(optimizer ?? {}).filter(([group]) => group === "energy" || group === "flow");
  const optimizers = kept.length > 0 ? { optimizer: Object.fromEntries(kept) } : {};
  return { ...rest, config: { ...others, objective: { name }, ...optimizers } };
}

/** What a setup lacks that names a file, as an address does which cannot hold it; `null` where it lacks nothing. */
export function lacksRows({ config, table }: RunState): string | null {
  const file = valueAt(config, "data.file");
  return file === undefined || table
    ? null
    : `The address names the file ${file} and does not hold its rows: choose it again under Data.`;
}
