/** Text that comes from outside (names, columns of a file, messages) on its way into HTML or SVG. */

/**
 * Without the characters that no document should carry: controls other than white space, lone surrogates,
 * non-characters, and the marks that turn the direction of reading (a name could show as another one). Each becomes `�`.
 */
export const cleanText = (text: string): string =>
  text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, "\ufffd");

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Safe as text and as a quoted attribute, in HTML and in XML. */
export const escapeText = (text: string): string =>
  cleanText(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
