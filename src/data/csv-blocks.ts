/** Tables of numbers as CSV text that comes in pieces, for files that memory does not hold. */

import type { Commas } from "./commas.js";
import {
  type CsvOptions,
  type CsvTable,
  commasBetween,
  delimiterOf,
  headerOf,
  linesIn,
  readCells,
  readCsv,
  readLines,
} from "./csv.js";

/** What needs no look at all rows at once. */
export type BlockOptions = Omit<CsvOptions, "fit" | "find">;

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
      lines += linesIn(text);
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
