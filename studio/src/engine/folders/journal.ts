/** Records of a run as they grow: whole lines alone, from where reading ended. */

import { type JournalRecord, parseJournal } from "ebbflow/formats";
import { fetched } from "./fetched.js";

/** Records of a file of them, and the byte after the last whole line. */
export interface JournalPart {
  readonly records: readonly JournalRecord[];
  readonly next: number;
}

/**
 * What a file of records has from a byte on that begins a line.
 * @param path such as `metrics.ndjson`; a file that is not there has nothing.
 * @throws Error in a line where one of its lines is no record.
 */
export async function folderRecords(base: string, path: string, from: number): Promise<JournalPart> {
  const bytes = await fetched(base, path, from);
  const whole = bytes ? bytes.subarray(0, bytes.lastIndexOf(10) + 1) : new Uint8Array(0);
  try {
    return { records: parseJournal(whole, path), next: from + whole.length };
  } catch (error) {
    const message = (error as Error).message;
    // Lines are counted from where reading began.
    throw new Error(from === 0 ? message : `${path} is damaged behind byte ${from}`);
  }
}

/** Where a run stands, by the end of its journal. */
export interface Standing {
  readonly step: number;
  /** The last log-likelihood of rows held out, nats a row, and its error. */
  readonly heldOut: { readonly step: number; readonly value: number; readonly error: number | null } | null;
}

export function standingOf(records: readonly JournalRecord[]): Standing | null {
  const judged = records.findLast(({ validation }) => typeof validation === "number");
  const last = records.at(-1);
  if (!last) return null;
  const { step, validation, validationError } = judged ?? { step: 0 };
  const error = typeof validationError === "number" ? validationError : null;
  return {
    step: Math.max(0, last.step),
    heldOut: judged ? { step, value: validation as number, error } : null,
  };
}

/** Bytes of the end of a journal by which it is known where a run stands. */
const END = 1 << 17;

/** Where a run stands whose journal has so many bytes; `null` where there is no record. @throws Error as above. */
export async function folderStanding(base: string, bytes: number): Promise<Standing | null> {
  const from = Math.max(0, bytes - END);
  if (from === 0) return standingOf((await folderRecords(base, "metrics.ndjson", 0)).records);
  const end = await fetched(base, "metrics.ndjson", from);
  // The first line is cut.
  const begin = end ? end.indexOf(10) + 1 : 0;
  return standingOf((await folderRecords(base, "metrics.ndjson", from + begin)).records);
}
