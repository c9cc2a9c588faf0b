/** What commands share that fill in numbers of rows by chains of each row. */

import type { Command } from "commander";
import { type Extrapolation, showExtrapolation } from "../inference/extrapolation.js";
import { rhatByChance } from "../metrics/chains/rhat-by-chance.js";
import type { Trained } from "../model/trained.js";
import { type PicturesOption, type RowOptions, withPictures, withRows } from "./image-rows.js";
import { liveLine } from "./live-line.js";
import { say } from "./terminal.js";
import { wholeNumber } from "./whole-number.js";

export interface RowChainOptions extends RowOptions, PicturesOption {
  readonly out?: string;
  readonly force?: boolean;
  readonly seed: number;
  readonly chains?: number;
  readonly warmup?: number;
  readonly draws?: number;
  readonly last?: boolean;
  readonly json?: boolean;
}

/** Counts of chains where none are given: a step of a model of images takes as long for many chains as for few. */
const usual = { rows: { chains: 4, warmup: 500, draws: 500 }, images: { chains: 8, warmup: 150, draws: 100 } } as const;

type Counts = (typeof usual)["rows" | "images"];

const usually = (name: keyof Counts): string => `default: ${usual.rows[name]}, or ${usual.images[name]} of images`;

/** How long chains run. */
export const countsOf = (
  { chains, warmup, draws }: RowChainOptions,
  ofImages: boolean,
): { readonly [name in keyof Counts]: number } => {
  const own = ofImages ? usual.images : usual.rows;
  return { chains: chains ?? own.chains, warmup: warmup ?? own.warmup, draws: draws ?? own.draws };
};

/** Declares them. */
export const withRowChains = (command: Command): Command =>
  withPictures(withRows(command))
    .option("-o, --out <file>", "CSV file to write; stdout unless given")
    .option("-f, --force", "overwrite the file if it exists")
    .option("--seed <n>", "all randomness comes from it", wholeNumber(0), 0)
    .option("--chains <n>", `chains of each row (${usually("chains")})`, wholeNumber(1))
    .option("--warmup <n>", `steps before the first draw (${usually("warmup")})`, wholeNumber(0))
    .option("--draws <n>", `draws of each chain (${usually("draws")})`, wholeNumber(4))
    .option("--last", "the newest parameters, not the best on validation rows")
    .option("--json", "print the result as one JSON document");

/** A run of chains with a line that says how far it is, where it is not asked for as JSON. */
export function withProgress<T>(
  json: boolean | undefined,
  run: (progress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const line = liveLine(process.stderr, json ?? false);
  return run((done, total) => line.show(`step ${done} of ${total} of the chains`)).finally(() => line.end());
}

/** R-hat that chains of one law exceed by chance only in far too short runs. */
const RHAT = 1.05;

/** How often the largest R-hat of many numbers may be called too large where nothing is wrong. */
const FALSE_ALARM = 1e-3;

/** What the largest R-hat of so many numbers is below where chains agree: chance alone makes it large of many. */
export const largestRhat = (cells: number, chains: number, draws: number): number =>
  Math.max(RHAT, rhatByChance(chains, draws, 1 - FALSE_ALARM / cells));

/** Say so where the chains of some row do not agree. */
export function noticeDisagreement(worst: { readonly rhat: number } | null | undefined, limit = RHAT): void {
  if (worst && !(worst.rhat < limit))
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
