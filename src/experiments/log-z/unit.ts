/** One repetition: rows of a target, a key, and what `evaluate` then prints of log Z, beside the truth. */

import { identityCoordinates } from "../../data/columns/coordinates.js";
import { takeRows } from "../../data/take-rows.js";
import type { LogZTable } from "../../estimators/estimate-log-z.js";
import { evaluateModel } from "../../evaluation/evaluate.js";
import { fold, makeKey } from "../../random/key.js";
import { sizeOf } from "../../util/tensor.js";
import * as members from "./members.js";
import type { Target } from "./target.js";

/** The targets by the names of their units. */
export const targets: Readonly<Record<string, Target>> = members;

export interface LogZUnit {
  /** A name of `targets`. */
  readonly target: string;
  readonly key: number;
}

export interface LogZResult {
  readonly truth: number;
  /** As `evaluate` prints it. */
  readonly estimates: LogZTable;
  readonly seconds: number;
}

/** Rows that were trained on, and held out. */
const [TRAIN, TEST] = [1000, 250];
/** Draws of an importance estimate, as `evaluate` takes them. */
const DRAWS = 10_000;

export async function runLogZ({ target: name, key: seed }: LogZUnit): Promise<LogZResult> {
  const { model, learned, logZ: truth, draw } = targets[name]!.make();
  const began = performance.now();
  const key = fold(fold(makeKey(seed), "log-z"), name);
  const rows = await draw(key, TRAIN + TEST);
  const take = (from: number, count: number) =>
    takeRows(
      rows,
      Array.from({ length: count }, (_, i) => from + i),
    );
  const d = sizeOf(model.event);
  const test = take(TRAIN, TEST);
  const data = {
    columns: Array.from({ length: d }, (_, i) => `x${i + 1}`),
    coordinates: identityCoordinates(d),
    ...{ train: take(0, TRAIN), validation: test, test },
  };
  const { estimates } = await evaluateModel(model, learned, data, { key, draws: DRAWS, estimators: true });
  return { truth, estimates: estimates!, seconds: (performance.now() - began) / 1000 };
}
