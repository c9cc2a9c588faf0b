/** What went wrong, as one line for the person at the terminal and a number for the program that called. */

import { CommanderError, InvalidArgumentError } from "commander";
import { InputError, NumericError } from "../util/errors.js";
import { reasonOf } from "../util/on-disk.node.js";
import { shortened } from "../util/visible.js";
import { exitCodes } from "./exit-codes.js";
import { say } from "./terminal.js";

/** Lines of a defect, and characters of each. */
const [LINES, LINE] = [30, 400];

/** Says what went wrong and returns the exit code for it. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InvalidArgumentError) {
    say(`error: ${error.message}`);
    return exitCodes.usage;
  }
  // Commander has said it already; help and version end here too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  if (error instanceof InputError || error instanceof NumericError) {
    say(`error: ${error.message}`);
    return error instanceof InputError ? exitCodes.input : exitCodes.numeric;
  }
  const refused = refusalOf(error);
  if (refused !== undefined) {
    say(`error: ${refused}`);
    return exitCodes.input;
  }
  const lines = (error instanceof Error ? (error.stack ?? error.message) : String(error)).split("\n");
  say("error: this is a defect of ebbflow, not of your input; please report it with these lines:");
  say(...lines.slice(0, LINES).map((line) => `  ${shortened(line, LINE)}`));
  return exitCodes.usage;
}

/** What the system refuses, or has no more of, where nothing nearer to it has said so. */
function refusalOf(error: unknown): string | undefined {
  const reason = reasonOf(error);
  if (reason !== undefined) {
    const { path, syscall = "do that" } = error as NodeJS.ErrnoException;
    return `cannot ${syscall}${path === undefined ? "" : ` ${path}`}: ${reason}`;
  }
  if (error instanceof RangeError && /array (length|buffer)|string length|string longer/i.test(error.message))
    return "this takes more memory than a program can have: ask for fewer rows, draws, chains or points";
  return undefined;
}
