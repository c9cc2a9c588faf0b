/** What an edit of a setup asks of the trainings of the page. */

import type { RunState } from "./address.js";
import { type Config, flatten, valueAt } from "./dotted.js";

/** Whether a training goes on from where it is when a value under a key changes: options of its optimizers alone. */
export const goesOn = (key: string): boolean => /^optimizer\.[^.]+\.(?!name$)/.test(key);

/** Keys whose values differ. */
export function changedKeys(before: RunState["config"], after: RunState["config"]): string[] {
  const [old, now] = [flatten(before), flatten(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]),
  );
}

/** Whether a training can go on from where it is when its setup changes. */
export const canGoOn = (before: RunState, after: RunState): boolean =>
  before.table === after.table && changedKeys(before.config, after.config).every(goesOn);

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
