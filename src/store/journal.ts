/** A journal on the disk: its lines as `formats/journal.ts` writes them, each complete or not there. */

import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import {
  brokenLine,
  type JournalLine,
  type JournalRecord,
  journalLine,
  journalLines,
  parseJournal,
} from "../formats/journal.js";
import { InputError } from "../util/errors.js";
import { writeAtomic } from "./atomic.js";
import { onDisk, readBytes } from "./disk.js";

/** A journal open for writing. One writer at a time. */
export interface Journal {
  /** Hands one whole line to the system: a killed process loses none of it. @throws InputError when the disk refuses. */
  append(record: JournalRecord): void;
  /** The same unless it is the last line already, as where a process was killed just after it had written it. */
  appendOnce(record: JournalRecord): void;
  /** Waits until all lines are on the disk: a power cut loses none. Call it before a checkpoint is saved. */
  flush(): void;
  /** Flushes and closes; a second call does nothing. */
  close(): void;
}

/**
 * The records of a journal, in order; a last line without its end is left out.
 * @throws InputError when the file cannot be read, or names the first line that is not a record.
 */
export const readJournal = (file: string): JournalRecord[] => parseJournal(readBytes(file), file);

/**
 * The lines that stay: complete ones up to `afterStep`.
 *
 * After a power cut the end of a file may hold garbage. All up to a checkpoint was flushed before it, so a broken line
 * behind every line that stays is cut like a torn one.
 */
function keptLines(file: string, lines: readonly JournalLine[], afterStep: number | undefined): JournalLine[] {
  const stays = ({ record }: JournalLine): boolean => record !== undefined && record.step <= (afterStep ?? record.step);
  const last = afterStep === undefined ? lines.length : lines.findLastIndex(stays);
  const wrong = lines.findIndex(({ record }, index) => record === undefined && index < last);
  if (wrong !== -1) throw brokenLine(file, wrong);
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
  let [size, last] = [0, ""];
  if (existsSync(file)) {
    const { lines, torn } = journalLines(readBytes(file));
    const kept = keptLines(file, lines, options.afterStep);
    const text = kept.map((line) => `${line.text}\n`).join("");
    if (torn || kept.length < lines.length) writeAtomic(file, text);
    size = Buffer.byteLength(text);
    last = kept.length > 0 ? `${kept.at(-1)!.text}\n` : "";
  } else {
    writeAtomic(file, "");
  }
  return appendTo(
    file,
    onDisk(`cannot open ${file}`, () => openSync(file, "r+")),
    size,
    last,
  );
}

/** @param start bytes in the file so far; a line the disk takes only in part is cut back to there. @param end the last line. */
function appendTo(file: string, descriptor: number, start: number, end: string): Journal {
  let [size, last] = [start, end];
  let open = true;
  const flush = (): void => onDisk(`cannot write ${file}`, () => fsyncSync(descriptor), "the last lines may be lost");
  const append = (text: string): void => {
    if (!open) throw new InputError(`cannot write ${file}: the journal is closed`);
    const line = Buffer.from(text);
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
    last = text;
  };
  return {
    append: (record) => append(journalLine(record)),
    appendOnce(record) {
      const text = journalLine(record);
      if (text !== last) append(text);
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
