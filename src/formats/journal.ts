/**
 * A run's measurements as NDJSON: one record a line, each line complete or not there.
 *
 * JSON has no NaN and no infinities: they are written as the strings "NaN", "Infinity" and "-Infinity", and
 * `parseJournal` gives them back as numbers. So a string field must not be one of these three.
 */

import { InputError } from "../util/errors.js";
import { parseJsonObject } from "./json.js";

export type JournalRecord = Record<string, unknown> & { step: number };

const special: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

const isStep = (step: unknown): step is number => Number.isSafeInteger(step) && (step as number) >= 0;

/** A record with the newline that ends it. @throws InputError for a step that is no whole number ≥ 0, or a bigint. */
export function journalLine(record: JournalRecord): string {
  if (!isStep(record.step)) throw new InputError(`journal: step must be a whole number ≥ 0, got ${record.step}`);
  return `${JSON.stringify(record, (key, value: unknown) => {
    if (typeof value === "bigint") throw new InputError(`journal: ${key} is a bigint, which JSON cannot hold`);
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  })}\n`;
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
  return special.get(value) ?? value;
}

export interface JournalLine {
  readonly text: string;
  /** Undefined when the line is not a record. */
  readonly record: JournalRecord | undefined;
}

/** All lines that end in a newline, and whether something follows the last. */
export function journalLines(bytes: Uint8Array): { lines: JournalLine[]; torn: boolean } {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lines: JournalLine[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    lines.push(parseLine(decoder, bytes.subarray(start, end)));
    start = end + 1;
  }
  return { lines, torn: start < bytes.length };
}

function parseLine(decoder: TextDecoder, bytes: Uint8Array): JournalLine {
  try {
    const text = decoder.decode(bytes);
    const record = parseJsonObject(text, "line");
    return { text, record: isStep(record.step) ? { ...record, step: record.step } : undefined };
  } catch {
    return { text: "", record: undefined };
  }
}

export const brokenLine = (name: string, index: number): InputError =>
  new InputError(
    `${name}: line ${index + 1} is not a journal record (a JSON object with a step); restore or remove it`,
  );

/**
 * The records of a journal, in order; a last line without its end is left out.
 * @param name says in messages where the bytes come from.
 * @throws InputError naming the first line that is not a record.
 */
export function parseJournal(bytes: Uint8Array, name = "journal"): JournalRecord[] {
  return journalLines(bytes).lines.map(({ record }, index) => {
    if (record === undefined) throw brokenLine(name, index);
    return { ...(revive(record) as Record<string, unknown>), step: record.step };
  });
}
