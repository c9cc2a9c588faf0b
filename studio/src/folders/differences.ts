/** Configurations side by side: what differs of them, key by key. */

import { type Config, flatten } from "../state/dotted.js";

export interface Difference {
  /** What the key lies in, such as `objective`; empty where it lies in nothing. */
  readonly group: string;
  /** The rest of the dotted key. */
  readonly key: string;
  /** By configuration; `undefined` where that has no such key. */
  readonly values: readonly unknown[];
  readonly differs: boolean;
}

/** Every key of some configurations, those of a group together. */
export function compareConfigs(configs: readonly Config[]): Difference[] {
  const flat = configs.map((config) => flatten(config));
  const keys = [...new Set(flat.flatMap((one) => Object.keys(one)))];
  const rows = keys.map((key): Difference => {
    const [first, ...rest] = key.split(".");
    const values = flat.map((one) => one[key]);
    const differs = new Set(values.map((value) => JSON.stringify(value))).size > 1;
    return { ...(rest.length > 0 ? { group: first!, key: rest.join(".") } : { group: "", key }), values, differs };
  });
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups.flatMap((group) => rows.filter((row) => row.group === group));
}

/** A value as a cell of a table says it. */
export const valueText = (value: unknown): string =>
  value === undefined ? "–" : value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value);
