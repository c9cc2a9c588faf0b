/** Where words go: results to stdout, everything else to stderr. */

import pc from "picocolors";

/** A line of the result. */
export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** A line beside the result. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** The one JSON document of a command. Numbers that are not finite become `null`. */
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** Colours for a stream: none unless a person watches it and has not asked for none (NO_COLOR). */
export const styles = (stream: NodeJS.WriteStream = process.stderr): ReturnType<typeof pc.createColors> =>
  pc.createColors(stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb");

/** A word as a shell takes it back. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
