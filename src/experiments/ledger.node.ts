/** Results of finished units, kept as they come, so that a reproduction that was stopped goes on where it was. */

import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Computes } from "../runtime/engine.js";
import { makeFolder, onDisk } from "../store/disk.js";
import { type Journal, openJournal, readJournal } from "../store/journal.js";
import { lockRunDirectory } from "../store/run-lock.js";
import { InputError } from "../util/errors.js";
import { version } from "../util/version.js";
import type { Experiment } from "./experiment.js";

/** What is kept of a finished unit. */
export interface UnitRecord {
  readonly result: unknown;
  /** What it took. */
  readonly seconds: number;
  /** What computed it, where that is known. */
  readonly engines?: readonly Computes[];
}

export interface Ledger {
  /** The record of a unit that was finished before, or undefined. */
  find(unit: unknown): UnitRecord | undefined;
  add(unit: unknown, record: UnitRecord): void;
  /** Gives the folder free as well. */
  close(): void;
}

const file = (folder: string): string => join(folder, "units.ndjson");

/** Whether a folder holds results of finished units. */
export const hasUnits = (folder: string): boolean => existsSync(file(folder)) && statSync(file(folder)).size > 0;

/**
 * The ledger of a folder. Results count for the same unit, plain data, with the same settings, of the same experiment and
 * version of ebbflow; with `resume` false those that are there are removed first. The folder is this process's until the
 * ledger is closed.
 * @throws InputError when the disk refuses, another process has the folder, or a line is not a record.
 */
export function openLedger(
  folder: string,
  { name, settings }: Pick<Experiment, "name" | "settings">,
  resume: boolean,
): Ledger {
  makeFolder(folder);
  const release = lockRunDirectory(folder);
  const path = file(folder);
  const known = new Map<string, UnitRecord>();
  const keyOf = (unit: unknown): string => JSON.stringify([name, version, unit, settings?.(unit) ?? null]);
  const open = (): Journal => {
    try {
      if (!resume) onDisk(`cannot remove ${path}`, () => rmSync(path, { force: true }));
      if (existsSync(path))
        for (const [line, { key, result, seconds, engines }] of readJournal(path).entries()) {
          if (typeof key !== "string" || result === undefined)
            throw new InputError(`${path}, line ${line + 1}: holds no result of a training; remove the line`);
          // Written by `add`; a line of before does not know.
          const by = engines ? { engines: engines as readonly Computes[] } : {};
          known.set(key, { result, seconds: Number(seconds ?? 0), ...by });
        }
      return openJournal(path);
    } catch (error) {
      release();
      throw error;
    }
  };
  const journal = open();
  let step = known.size;
  return {
    find: (unit) => known.get(keyOf(unit)),
    add(unit, record) {
      journal.append({ step: step++, key: keyOf(unit), ...record });
      journal.flush();
    },
    close() {
      journal.close();
      release();
    },
  };
}
