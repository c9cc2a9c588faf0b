/**
 * The one place that prints: results to stdout, everything else to stderr. What stands in a line may come from a file, an
 * option or a name, so that no line reaches a terminal with a character that it obeys, and none beside the results is long.
 */

import { once } from "node:events";
import pc from "picocolors";
import { shortened, visible, visibleJson, visibleLines } from "../util/visible.js";

/** Characters of a line beside the results. */
const LINE = 1500;

/** Colours for a stream: none unless a person watches it and has not asked for none (NO_COLOR). */
const styles = (stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> =>
  pc.createColors(stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb");

/** A line beside the results as a stream gets it, without its end: an error is red, a notice yellow. */
export function lineFor(stream: NodeJS.WriteStream, text: string): string {
  const { red, yellow } = styles(stream);
  // Cut before it is looked through: it may have millions of characters, and what is written out grows.
  const line = shortened(visible(shortened(text, 2 * LINE)), LINE);
  return line.replace(/^(error|notice):/, (word) => (word === "error:" ? red : yellow)(word));
}

/** The same in the way of a line that is redrawn. */
export const dimmed = (stream: NodeJS.WriteStream, text: string): string => styles(stream).dim(text);

/** Lines beside the result: each is one line, whatever is in it. */
export function say(...lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${lineFor(process.stderr, line)}\n`);
}

/** Lines of the result. */
export const print = (lines: string): void => {
  process.stdout.write(`${visibleLines(lines)}\n`);
};

/** The one JSON document of a command. Numbers that are not finite become `null`. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${visibleJson(JSON.stringify(value, null, 2))}\n`);
};

/**
 * A table as CSV, no faster than it is read. Its cells are the data of its user: a file or another program gets them as they
 * are, and only a terminal has those written out that it would obey.
 */
export async function printTable(parts: string | AsyncIterable<string>, stream = process.stdout): Promise<void> {
  for await (const part of typeof parts === "string" ? [parts] : parts) {
    const text = stream.isTTY === true ? visibleLines(part) : part;
    if (!stream.write(text)) await once(stream, "drain");
  }
}

/** A word as a shell takes it back. */
export function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  const plain = visible(word);
  if (plain === word) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${visible(word.replace(/[\\']/g, "\\$&"))}'`;
}
