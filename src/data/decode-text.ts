/** Bytes of a table as text: UTF-8, or what else they can be, which is said. */

import { sayOnce } from "../runtime/say-once.js";
import { InputError } from "../util/errors.js";

/** Text in UTF-8, or else of a letter a byte. */
export function plainText(bytes: Uint8Array): { readonly text: string; readonly utf8: boolean } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), utf8: true };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), utf8: false };
  }
}

const utf8 = "write all of it in UTF-8 (iconv -f ENCODING -t UTF-8)";

/**
 * The text of a table; where it is not UTF-8 it is read as Windows-1252, of which Latin-1 is a part, and that is said once.
 * @throws InputError for bytes that are UTF-8 at first and something else later: letters would become others.
 */
export function textOf(bytes: Uint8Array, source: string): { readonly text: string; readonly utf8: boolean } {
  const found = plainText(bytes);
  if (found.utf8) return found;
  const [before = ""] = new TextDecoder().decode(bytes).split("\ufffd", 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  if (/[^\u0000-\u007f]/.test(before)) throw mixedText(source);
  sayOnce(`notice: ${source} is not UTF-8 and is read as Windows-1252; where letters are wrong, ${utf8}`);
  return found;
}

/** Bytes that are of two encodings. */
export const mixedText = (source: string): InputError =>
  new InputError(`${source} is UTF-8 at first and something else later; ${utf8}`);

/** UTF-16 as text, which is said once. */
export function wideText(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be", source: string): string {
  sayOnce(`notice: ${source} is read as UTF-16; where that is wrong, ${utf8}`);
  return new TextDecoder(encoding).decode(bytes);
}
