/** Tables of numbers as CSV text that comes in pieces, for files that memory does not hold. */

import { InputError } from "../util/errors.js";
import type { Commas } from "./commas.js";
import {
  type CsvOptions,
  type CsvTable,
  commasBetween,
  delimiterOf,
  headerOf,
  readCells,
  readCsv,
  readLines,
} from "./csv.js";

/** What needs no look at all rows at once. */
export type BlockOptions = Omit<CsvOptions, "fit" | "find">;

/** Characters of a row, at most: beyond them a quote is taken for one that nothing closes. */
const LONGEST_ROW = 2 ** 26;

/** Cuts text where rows end: after line feeds that are outside quotes. */
export interface RowSplitter {
  /** The rows that end in the text so far and were not given before. @throws InputError for a row without an end. */
  push(text: string): string;
  /** What is left. */
  rest(): string;
}

/** @param source what messages call the text. */
export function rowSplitter(source: string): RowSplitter {
  let rest = "";
  /** Characters of the rest whose quotes are counted. */
  let seen = 0;
  let quoted = false;
  /** Where the last whole row ends; each line is looked at once, however many pieces its row has. */
  const endOfRows = (text: string): number => {
    if (!quoted && !text.includes('"', seen)) {
      seen = text.lastIndexOf("\n") + 1;
      return seen;
    }
    let end = 0;
    for (let next = text.indexOf("\n", seen); next >= 0; next = text.indexOf("\n", seen)) {
      const line = text.slice(seen, next);
      const comment = !quoted && /^\s*#/.test(line);
      if (!comment && line.split('"').length % 2 === 0) quoted = !quoted;
      seen = next + 1;
      if (!quoted) end = seen;
    }
    return end;
  };
  return {
    push(text) {
      const all = rest + text;
      // A carriage return may be half of a line's end.
      const held = all.endsWith("\r") ? "\r" : "";
      const plain = all.slice(0, all.length - held.length).replace(/\r\n?/g, "\n");
      const end = endOfRows(plain);
      rest = plain.slice(end) + held;
      seen -= end;
      if (rest.length > LONGEST_ROW)
        throw new InputError(`${source}: a row has more than ${LONGEST_ROW} characters; is a quoted cell not closed?`);
      return plain.slice(0, end);
    },
    rest: () => rest.replace(/\r$/, "\n"),
  };
}

/** The first rows of a table: what the later ones are read by. */
interface Head {
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** The row that says how many cells there are. */
  readonly row: number;
  /** What the pieces so far say of commas in numbers. */
  readonly commas: Commas | undefined;
}

/** Reads text piece by piece. */
export interface BlockReader {
  /** The rows of a piece; nothing where it holds none, as a header or comments. */
  read(text: string): CsvTable | undefined;
  /** @throws InputError where there were no rows. */
  end(): void;
}

/**
 * Reads pieces of whole rows, each as `readCsv` would have it among all rows; what is said of a cell's column is what its
 * piece, and of commas what those before, show.
 * @throws InputError as `readCsv` does.
 */
export function blockReader(options: BlockOptions): BlockReader {
  const { source = "csv" } = options;
  let head: Head | undefined;
  let beginning = "";
  let [lines, rows] = [0, 0];
  return {
    read(text) {
      const delimiter = head?.delimiter ?? delimiterOf(text);
      const found = readLines(text, { source, delimiter, after: lines });
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
      const [first] = found;
      if (!first) return undefined;
      const names = head ? undefined : headerOf(first, source);
      if (!head) beginning = text;
      head ??= {
        delimiter,
        columns: names ?? first.cells.map((_, j) => `x${j + 1}`),
        row: first.row,
        commas: commasBetween(delimiter),
      };
      const data = names ? found.slice(1) : found;
      if (data.length === 0) return undefined;
      rows += data.length;
      return readCells(data, { ...options, fit: false }, head, head.commas);
    },
    end() {
      // It says what there is instead.
      if (rows === 0) readCsv(beginning, { ...options, fit: false });
    },
  };
}
