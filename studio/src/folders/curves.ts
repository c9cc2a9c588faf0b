/** Curves of the records of a run: over its steps or the time that it took, and what an axis of powers has no place for. */

import type { JournalRecord } from "ebbflow/formats";
import type { Curve } from "../state/series.js";

/** Names of numbers among records, in the order in which they come first; errors stand beside what they are of. */
export function metricsOf(records: readonly JournalRecord[]): string[] {
  const names = new Set<string>();
  for (const record of records)
    for (const [name, value] of Object.entries(record)) if (typeof value === "number") names.add(name);
  for (const name of ["step", "divergedAt"]) names.delete(name);
  return [...names].filter((name) => !(name.endsWith("Error") && names.has(name.slice(0, -"Error".length))));
}

/** A number at the steps that have it. */
export function curveOf(records: readonly JournalRecord[], name: string): Curve {
  const having = records.filter((record) => typeof record[name] === "number");
  return [having.map(({ step }) => step), having.map((record) => record[name] as number)];
}

/**
 * A curve over seconds: between two steps whose times are known time goes on evenly, from 0 at step 0.
 * @param times records of `step` and `seconds`, ascending; without any there is no curve.
 */
export function overTime([x, y]: Curve, times: readonly JournalRecord[]): Curve {
  if (times.length === 0) return [[], []];
  const marks = [{ step: 0, seconds: 0 }, ...times.map(({ step, seconds }) => ({ step, seconds: Number(seconds) }))];
  let k = 1;
  const secondsAt = (step: number): number => {
    while (k < marks.length - 1 && marks[k]!.step < step) k++;
    const [from, to] = [marks[k - 1]!, marks[k]!];
    const share = Math.min(1, (step - from.step) / (to.step - from.step || 1));
    return from.seconds + share * (to.seconds - from.seconds);
  };
  return [x.map(secondsAt), y];
}

/** Values that are not above 0: how many, and the least; `null` where all are. */
export function notAbove([, y]: Curve): { readonly count: number; readonly least: number } | null {
  const low = y.filter((value) => value <= 0);
  return low.length === 0 ? null : { count: low.length, least: Math.min(...low) };
}
