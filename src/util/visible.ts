/** Text that nobody vouches for, such as names, cells and paths, as a person may be shown it. */

/**
 * Characters that a terminal obeys rather than shows (C0, delete, C1), that end a line, or that turn text around (bidirectional
 * controls): a file can name its columns by them.
 */
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

const names: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return names[character] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

/** One line: what would be obeyed is written out, as `\x1b` and `\n`. */
export const visible = (text: string): string => text.replace(OBEYED, escaped);

/** The same of lines, which stay lines. */
export const visibleLines = (text: string): string =>
  text.replace(OBEYED, (character) => (character === "\n" ? character : escaped(character)));

/** JSON whose strings say the same, with no character that is obeyed but the line feeds between values. */
export const visibleJson = (json: string): string =>
  json.replace(OBEYED, (character) => (character === "\n" ? character : `\\u${hex(character.charCodeAt(0), 4)}`));

/**
 * What is longer than `most` loses its middle: an error begins with what is wrong and ends with what to do. Takes no longer
 * for a text of millions.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = most - LEFT_OUT.length;
  const end = Math.floor(room / 3);
  const left = LEFT_OUT.replace(/9+/, String(text.length - room));
  return whole(text.slice(0, room - end)) + left + whole(text.slice(text.length - end));
}

/** What stands in the place of the middle; no text has more characters. */
const LEFT_OUT = " … (999999999 more characters) … ";

/** Without half of a pair at either end. */
const whole = (text: string): string => text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
