/**
 * A run's measurements as NDJSON: one record a line, each line complete or not there.
 *
 * JSON has no NaN and no infinities: they are written as the strings "NaN", "Infinity" and "-Infinity", and
 * `readJournal` gives them back as numbers. So a string field must not be one of these three.
 */

import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { parseJsonObject } from "../formats/json.js";
import { InputError } from "../util/errors.js";
import { writeAtomic } from "./atomic.js";
import { onDisk, readBytes } from "./disk.js";

export type JournalRecord = Record<string, unknown> & { step: number };

/** A journal open for writing. One writer at a time. */
export interface Journal {
  /** Hands one whole line to the system: a killed process loses none of it. @throws InputError when the disk refuses. */
  append(record: JournalRecord): void;
  /** Waits until all lines are on the disk: a power cut loses none. Call it before a checkpoint is saved. */
  flush(): void;
  /** Flushes and closes; a second call does nothing. */
  close(): void;
}

const special: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

const isStep = (step: unknown): step is number => Number.isSafeInteger(step) && (step as number) >= 0;

function lineOf(record: JournalRecord): string {
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

interface Line {
  readonly text: string;
  /** Undefined when the line is not a record. */
  readonly record: JournalRecord | undefined;
}

/** All lines that end in a newline, and whether something follows the last. */
function readLines(file: string): { lines: Line[]; torn: boolean } {
  const bytes = readBytes(file);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lines: Line[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    lines.push(parseLine(decoder, bytes.subarray(start, end)));
    start = end + 1;
  }
  return { lines, torn: start < bytes.length };
}

function parseLine(decoder: TextDecoder, bytes: Uint8Array): Line {
  try {
    const text = decoder.decode(bytes);
    const record = parseJsonObject(text, "line");
    return { text, record: isStep(record.step) ? { ...record, step: record.step } : undefined };
  } catch {
    return { text: "", record: undefined };
  }
}

const broken = (file: string, index: number): InputError =>
  new InputError(
    `${file}: line ${index + 1} is not a journal record (a JSON object with a step); restore or remove it`,
  );

/**
 * The records of a journal, in order; a last line without its end is left out.
 * @throws InputError when the file cannot be read, or names the first line that is not a record.
 */
export function readJournal(file: string): JournalRecord[] {
  return readLines(file).lines.map(({ record }, index) => {
    if (record === undefined) throw broken(file, index);
    return { ...(revive(record) as Record<string, unknown>), step: record.step };
  });
}

/**
 * The lines that stay: complete ones up to `afterStep`.
 *
 * After a power cut the end of a file may hold garbage. All up to a checkpoint was flushed before it, so a broken line
 * behind every line that stays is cut like a torn one.
 */
function keptLines(file: string, lines: readonly Line[], afterStep: number | undefined): Line[] {
  const stays = ({ record }: Line): boolean => record !== undefined && record.step <= (afterStep ?? record.step);
  const last = afterStep === undefined ? lines.length : lines.findLastIndex(stays);
  const wrong = lines.findIndex(({ record }, index) => record === undefined && index < last);
  if (wrong !== -1) throw broken(file, wrong);
  return lines.filter(stays);
}

/**
 * Opens a journal for appending; a missing file is made. A torn last line is cut.
 *
 * With `afterStep` all records of later steps are cut too, atomically, so that a run resumed from the checkpoint of that
 * step writes the very bytes an uninterrupted run writes.
 * @throws InputError when the disk refuses, or a line to keep is not a record.
 */
export function openJournal(file: string, options: { readonly afterStep?: number } = {}): Journal {
  let size = 0;
  if (existsSync(file)) {
    const { lines, torn } = readLines(file);
    const kept = keptLines(file, lines, options.afterStep);
    const text = kept.map((line) => `${line.text}\n`).join("");
    if (torn || kept.length < lines.length) writeAtomic(file, text);
    size = Buffer.byteLength(text);
  } else {
    writeAtomic(file, "");
  }
  return appendTo(
    file,
    onDisk(`cannot open ${file}`, () => openSync(file, "r+")),
    size,
  );
}

/** @param start bytes in the file so far; a line the disk takes only in part is cut back to there. */
function appendTo(file: string, descriptor: number, start: number): Journal {
  let size = start;
  let open = true;
  const flush = (): void => onDisk(`cannot write ${file}`, () => fsyncSync(descriptor), "the last lines may be lost");
  return {
    append(record) {
      if (!open) throw new InputError(`cannot write ${file}: the journal is closed`);
      const line = Buffer.from(lineOf(record));
      const write = (): void => {
        try {
          for (let done = 0; done < line.length; )
            done += writeSync(descriptor, line, done, line.length - done, size + done);
        } catch (error) {
          ftruncateSync(descriptor, size);
          throw error;
        }
      };
      onDisk(`cannot write ${file}`, write, "nothing was lost: all earlier lines are there");
      size += line.length;
    },
    flush,
    close() {
      if (!open) return;
      open = false;
      try {
        flush();
      } finally {
        closeSync(descriptor);
      }
    },
  };
}
