/** What was printed of log Z, against the truth. */

import { compareEstimates, type LogZTable } from "../../estimators/estimate-log-z.js";
import { bare } from "../../metrics/intervals/interval.js";
import type { Agreement } from "../../metrics/log-z/agreement.js";
import type { Estimate } from "../../metrics/metric.js";
import type { Finished } from "../experiment.js";
import { type LogZResult, type LogZUnit, targets } from "./unit.js";

/** What kind of answer it is, from a number to none. */
export const kinds = ["agree", "alone", "range", "least", "most", "differ", "unknown"] as const;
export type Kind = (typeof kinds)[number];

export interface Repetition extends LogZUnit {
  readonly half: "design" | "held";
  readonly truth: number;
  readonly rows: LogZTable["rows"];
  readonly verdict: string;
  readonly kind: Kind;
  /** What the answer leaves possible; `null` where it says nothing. */
  readonly interval: readonly [low: number, high: number] | null;
  readonly holds: boolean | null;
  /** The number, where one is printed. */
  readonly number: Estimate | null;
  /** Nats from the one end to the other. */
  readonly width: number | null;
  readonly seconds: number;
}

/** An answer and what it leaves possible. */
function answer({ agree, combined, bounds: [low, high] }: Agreement): Pick<Repetition, "kind" | "interval"> {
  if (agree === false) return { kind: "differ", interval: null };
  if (combined) return { kind: agree ? "agree" : "alone", interval: combined.interval };
  if (low === null && high === null) return { kind: "unknown", interval: null };
  const interval = [low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY] as const;
  return { kind: low === null ? "most" : high === null ? "least" : "range", interval };
}

const within = ([low, high]: readonly [number, number], x: number): boolean => low <= x && x <= high;

export function judge({ unit, result }: Finished<LogZUnit, LogZResult>): Repetition {
  const { truth, estimates, seconds } = result;
  const { combined, verdict, agree } = estimates.agreement;
  const { kind, interval } = answer(estimates.agreement);
  const width = interval && interval[1] - interval[0];
  return {
    ...unit,
    ...{ half: targets[unit.target]!.half, truth, rows: estimates.rows, verdict, kind, interval, seconds },
    number: agree === false ? null : combined,
    holds: interval && within(interval, truth),
    width: width !== null && Number.isFinite(width) ? width : null,
  };
}

/** By how many of its errors a number is off; `null` where there is none. */
export function scoreOf({ number, truth }: Pick<Repetition, "number" | "truth">): number | null {
  if (!number) return null;
  const { value, standardError } = number;
  return value === truth ? 0 : (value - truth) / (standardError ?? 0);
}

/** Whether an estimate counts, and holds. */
export const counted = (rows: LogZTable["rows"], name: string): LogZTable["rows"][number] | undefined =>
  rows.find((row) => row.name === name && row.note === null && row.logZ.interval !== null);

export const rowHolds = ({ logZ: { interval } }: LogZTable["rows"][number], truth: number): boolean =>
  interval !== null && within(interval, truth);

/** How an estimate would be that is too high by so many of its errors, and what it proves with it. */
function shifted(row: LogZTable["rows"][number], errors: number): LogZTable["rows"][number] {
  const { value, standardError, interval } = row.logZ;
  const by = errors * (standardError ?? 0);
  return {
    ...row,
    logZ: interval
      ? { value: value + by, standardError, interval: [interval[0] + by, interval[1] + by] }
      : bare(value + by),
    ...(row.parts ? { parts: row.parts.map((v) => v + by) } : {}),
  };
}

/** The same repetition, had some estimators been too high by so many of their errors. @param names all unless given. */
export function planted(
  { unit, result }: Finished<LogZUnit, LogZResult>,
  errors: number,
  names?: readonly string[],
): Finished<LogZUnit, LogZResult> {
  const rows = result.estimates.rows.map((row) => (names && !names.includes(row.name) ? row : shifted(row, errors)));
  return { unit, result: { ...result, estimates: { ...result.estimates, rows, agreement: compareEstimates(rows) } } };
}
