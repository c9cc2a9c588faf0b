/** `summary.json` of a run's folder, with the checksum of what it says: numbers that are read are those that were found. */

import { sha256 } from "#sha256";
import type { Evaluation } from "../evaluation/evaluate.js";
import { parseJsonObject } from "../formats/json.js";
import { InputError } from "../util/errors.js";

export const SUMMARY = "summary.json";

/** What of it a model needs. */
export interface KeptSummary {
  readonly steps: number;
  readonly selected: number;
  readonly evaluation: Evaluation;
}

const seal = (said: object): string => sha256(JSON.stringify(said));

/** The text of the file. */
export function summaryText(summary: KeptSummary): string {
  // As it is read: JSON has no number for NaN.
  const said = JSON.parse(JSON.stringify(summary)) as object;
  return `${JSON.stringify({ ...said, sha256: seal(said) }, null, 2)}\n`;
}

const isStep = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * What the file says; one of before has no checksum.
 * @param name says in messages which file it is, `run` which run.
 * @throws InputError when it is damaged.
 */
export function parseSummary(bytes: Uint8Array, name: string, run: string): KeptSummary {
  const again = `write it anew with: ebbflow evaluate ${run}`;
  const { sha256: sealed, ...said } = ((): Record<string, unknown> => {
    try {
      return parseJsonObject(new TextDecoder().decode(bytes), `${name} is damaged`);
    } catch (error) {
      throw error instanceof InputError ? new InputError(`${error.message}; ${again}`) : error;
    }
  })();
  const { steps, selected, evaluation } = said;
  if (!isStep(steps) || !isStep(selected) || typeof evaluation !== "object" || evaluation === null)
    throw new InputError(`${name} is damaged: it is no summary of a run; ${again}`);
  if (sealed !== undefined && sealed !== seal(said))
    throw new InputError(`${name} is damaged: its content does not match its checksum; ${again}`);
  // Written by `summaryText`, and whole by its checksum.
  return said as unknown as KeptSummary;
}
