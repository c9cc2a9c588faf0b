/** What an edit of a setup asks of the trainings of the page. */

import type { RunState } from "./address.js";
import { flatten } from "./dotted.js";

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
