import { reasonOf } from "../util/on-disk.node.js";
import { exitCodes } from "./exit-codes.js";
import { say } from "./terminal.js";

/**
 * What is done where results or words cannot be written: end without complaint when whoever reads the results has gone, as
 * `head` does once it has enough; say what the system says of anything else, such as a full disk. Words that nobody can be
 * told are dropped.
 */
export function endQuietly(results: NodeJS.WritableStream, words: NodeJS.WritableStream): void {
  results.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    say(`error: cannot write the results: ${reasonOf(error) ?? error.message}`);
    process.exit(exitCodes.input);
  });
  words.on("error", () => {});
}
