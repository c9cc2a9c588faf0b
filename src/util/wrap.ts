import { shortened, visible } from "./visible.js";

/** Columns of a terminal that every one has. */
export const COLUMNS = 80;

/** Characters of a word: names of users have any number. */
const LONGEST = 400;

/** How lines are broken. */
interface Wrapping {
  readonly width?: number;
  /** Before the first line. */
  readonly first?: string;
  /** Before the lines that follow; as wide as that before the first unless said. */
  readonly indent?: string;
}

/** Words in lines of so many columns at most, broken at spaces; a word that is longer has a line of its own. */
export function wrap(text: string, { width = COLUMNS, first = "", indent }: Wrapping = {}): string[] {
  const space = indent ?? " ".repeat([...first].length);
  const lines: string[] = [];
  let line = "";
  for (const given of text.split(" ")) {
    const word = visible(shortened(given, LONGEST));
    const start = lines.length === 0 ? first : space;
    if (line !== "" && [...start, ...line].length + 1 + [...word].length > width) {
      lines.push(start + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, (lines.length === 0 ? first : space) + line];
}
