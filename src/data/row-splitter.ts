/** Where rows of CSV end, in text that comes in pieces. */

import { InputError } from "../util/errors.js";

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
