/** The flag of every command that reads a table. */

import type { Command } from "commander";

export interface ArrayOption {
  readonly array?: string;
}

/** Declares it. */
export const withArray = (command: Command): Command =>
  command.option("--array <name>", "of a file of NumPy arrays (.npz): the one that holds the rows");
