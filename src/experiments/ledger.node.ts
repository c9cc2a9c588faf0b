/** Results of finished units, kept as they come, so that a reproduction that was stopped goes on where it was. */

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openJournal, readJournal } from "../store/journal.js";
import { version } from "../util/version.js";
import type { Experiment } from "./experiment.js";

export interface Ledger {
  /** The result of a unit that was finished before, or undefined. */
  find(unit: unknown): { readonly result: unknown } | undefined;
  add(unit: unknown, result: unknown): void;
  close(): void;
}

const file = (folder: string): string => join(folder, "units.ndjson");

/**
 * The ledger of a folder. Results count for the same unit, plain data, with the same settings, of the same experiment and
 * version of ebbflow; with `resume` false those that are there are removed first.
 * @throws InputError when the disk refuses.
 */
export function openLedger(
  folder: string,
  { name, settings }: Pick<Experiment, "name" | "settings">,
  resume: boolean,
): Ledger {
  mkdirSync(folder, { recursive: true });
  const path = file(folder);
  if (!resume) rmSync(path, { force: true });
  const known = new Map<string, unknown>();
  const keyOf = (unit: unknown): string => JSON.stringify([name, version, unit, settings?.(unit) ?? null]);
  if (existsSync(path)) for (const { key, result } of readJournal(path)) known.set(String(key), result);
  const journal = openJournal(path);
  let step = known.size;
  return {
    find(unit) {
      const key = keyOf(unit);
      return known.has(key) ? { result: known.get(key) } : undefined;
    },
    add(unit, result) {
      journal.append({ step: step++, key: keyOf(unit), result });
      journal.flush();
    },
    close: () => journal.close(),
  };
}
