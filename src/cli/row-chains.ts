/** What commands share that fill in numbers of rows by chains of each row. */

import type { Command } from "commander";
import { type Extrapolation, showExtrapolation } from "../inference/extrapolation.js";
import type { Trained } from "../model/trained.js";
import { say } from "./terminal.js";
import { wholeNumber } from "./whole-number.js";
import { type ArrayOption, withArray } from "./with-array.js";

export interface RowChainOptions extends ArrayOption {
  readonly out?: string;
  readonly force?: boolean;
  readonly seed: number;
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
  readonly last?: boolean;
  readonly json?: boolean;
}

/** Declares them. */
export const withRowChains = (command: Command): Command =>
  withArray(command)
    .option("-o, --out <file>", "CSV file to write; stdout unless given")
    .option("-f, --force", "overwrite the file if it exists")
    .option("--seed <n>", "all randomness comes from it", wholeNumber(0), 0)
    .option("--chains <n>", "chains of each row", wholeNumber(1), 4)
    .option("--warmup <n>", "steps before the first draw", wholeNumber(0), 500)
    .option("--draws <n>", "draws of each chain", wholeNumber(4), 500)
    .option("--last", "the newest parameters, not the best on validation rows")
    .option("--json", "print the result as one JSON document");

/** R-hat that chains of one law exceed by chance only in far too short runs. */
const RHAT = 1.05;

/** Say so where the chains of some row do not agree. */
export function noticeDisagreement(worst: { readonly rhat: number } | null | undefined): void {
  if (worst && !(worst.rhat < RHAT))
    say(`notice: chains disagree (R-hat up to ${worst.rhat.toFixed(2)}); give more --draws and --warmup`);
}

/** Say what the chains of every cell show together. */
export function tellChains(
  worst: { readonly rhat: number; readonly ess: number } | null | undefined,
  jumps: number | undefined,
): void {
  if (!worst || !(worst.rhat < RHAT)) return;
  const jumped = jumps === undefined ? "" : `; ${(100 * jumps).toFixed(0)} % of their jumps are taken`;
  say(
    `The chains of every cell agree (R-hat up to ${worst.rhat.toFixed(3)}, worth ${worst.ess.toFixed(0)} draws or more${jumped}).`,
  );
}

/** Rows outside the data that are shown, at most. */
const SHOWN = 5;

/** Say so where rows are given what the training has not shown. @param rows how many there are. */
export function noticeExtrapolation(
  outside: readonly Extrapolation[] | undefined,
  { columns, data }: Pick<Trained, "columns" | "data">,
  rows: number,
): void {
  const [first] = outside ?? [];
  if (!outside || !first) return;
  const share = `one in ${Math.floor(1 / first.rate + 1e-9)}`;
  say(
    `notice: ${outside.length} of ${rows} rows ${outside.length === 1 ? "is" : "are"} given what the training rows have not shown, so that the model guesses there (of rows like those of the training at most ${share} is named)`,
  );
  for (const found of outside.slice(0, SHOWN))
    say(`  row ${found.row + 1}: ${showExtrapolation(found, columns, data.coordinates.written)}`);
  if (outside.length > SHOWN) say(`  and ${outside.length - SHOWN} more`);
}
