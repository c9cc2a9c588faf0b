/** Experiments: a table or a figure of a paper as code, with what is claimed of it and whether that came out. */

import type { Page } from "../report/page.js";
import type { DataFile, DataNeed, ReadData } from "./data-files.js";

/** What to reproduce, and how thoroughly. */
export interface Budget {
  readonly budget: "quick" | "full";
  /** Number of seeds. */
  readonly seeds: number;
  /** The first seed; the others follow it. */
  readonly seed: number;
  /** The files that an experiment with `data` takes of the folder it is given, one at least, by their paths. */
  readonly data?: readonly DataFile[];
}

/** A statement that can fail. */
export interface Claim {
  readonly name: string;
  readonly value: number;
  /** How many of how many, where `value` is the share of runs of which something holds. */
  readonly count?: readonly [held: number, of: number];
  /** 95 % interval of `value`, where it has one. */
  readonly interval: readonly [low: number, high: number] | null;
  /** What the value should be, in words with numbers. */
  readonly expected: string;
  readonly passed: boolean;
  /** Set for a method that is shown because it must fail. */
  readonly negativeControl?: true;
}

/** One finished unit of work. */
export interface Finished<Unit, Result> {
  readonly unit: Unit;
  readonly result: Result;
}

/** What an experiment found. Everything in it is plain data, as in `results.json`. */
export interface Outcome<Numbers = unknown> {
  readonly claims: readonly Claim[];
  /** A table for the terminal: one row a unit or a method. */
  readonly table: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };
  /** The numbers behind every figure. */
  readonly numbers: Numbers;
}

export interface Experiment<Unit = unknown, Result = unknown, Numbers = unknown> {
  readonly name: string;
  readonly about: string;
  readonly cite: string;
  /** Seeds of each budget when none are asked for. */
  readonly seeds: { readonly quick: number; readonly full: number };
  /** What it needs of a folder of its user's; without it, it is not run. */
  readonly data?: DataNeed;
  /** Independent units of work, as plain data: each may run in a thread of its own. */
  plan(budget: Budget): readonly Unit[];
  /** What a unit is called while it runs. */
  label(unit: Unit): string;
  /** What its result depends on beside itself, such as the configuration made of it: where that changed, it is done again. */
  settings?(unit: Unit): unknown;
  /** Do one unit. `tick` reports the share that is done; `read` reads a file of `data`. */
  run(unit: Unit, tick: (done: number) => void, read: ReadData): Promise<Result>;
  conclude(finished: readonly Finished<Unit, Result>[], budget: Budget): Outcome<Numbers>;
  report(outcome: Outcome<Numbers>, budget: Budget): Page;
}

/** Declare an experiment. */
export const experiment = <Unit, Result, Numbers>(
  declaration: Experiment<Unit, Result, Numbers>,
): Experiment<Unit, Result, Numbers> => declaration;
