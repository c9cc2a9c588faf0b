/** What went wrong, as one line for the person at the terminal and a number for the program that called. */

import { CommanderError } from "commander";
import { InputError, NumericError } from "../util/errors.js";
import { say, styles } from "./terminal.js";

export const exitCodes = { usage: 1, input: 2, numeric: 3, interrupted: 130 } as const;

/** Says what went wrong and returns the exit code for it. */
export function exitCodeOf(error: unknown): number {
  // Commander has said it already; help and version end here too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  const { red } = styles();
  if (error instanceof InputError || error instanceof NumericError) {
    say(`${red("error:")} ${error.message}`);
    return error instanceof InputError ? exitCodes.input : exitCodes.numeric;
  }
  if (error instanceof RangeError && /array (length|buffer)|string length/i.test(error.message)) {
    say(`${red("error:")} this takes more memory than a program can have: ask for fewer rows, draws, chains or points`);
    return exitCodes.input;
  }
  say(`${red("error:")} this is a defect of ebbflow, not of your input; please report it with these lines:`);
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.usage;
}
