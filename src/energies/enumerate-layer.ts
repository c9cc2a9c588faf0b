/** Every state of a layer of units 0 or 1, and the sum over all of them. On the host, in double precision. */

import { InputError } from "../util/errors.js";

/** Units of an enumerated layer: 2²⁵ states take minutes. */
export const MOST_ENUMERATED = 25;

/** A layer to enumerate and what each of its states leaves of the other: `weight(s) = exp(bias·s + log(fields))`. */
export interface Enumeration {
  /** `k` units, each 0 or 1. */
  readonly bias: ArrayLike<number>;
  /** Field of each unit of the other layer when all units are 0. */
  readonly offset: ArrayLike<number>;
  /** What unit `j` adds to the field of unit `i` of the other layer. */
  weight(j: number, i: number): number;
  /** What the units of the other layer contribute at their fields, summed out. */
  log(fields: Float64Array): number;
}

export type Visit = (logWeight: number, on: Uint8Array, fields: Float64Array) => void;

/** @throws InputError for more units than can be enumerated. */
export function expectEnumerable(what: string, k: number): void {
  if (k > MOST_ENUMERATED)
    throw new InputError(
      `${what}: the smaller layer has ${k} units, and at most ${MOST_ENUMERATED} can be enumerated; estimate it`,
    );
}

/** Visit every state once. Neighbours differ in one unit (Gray 1953); every 1024th starts anew, so that rounding stays. */
export function visitStates(what: string, { bias, offset, weight, log }: Enumeration, visit: Visit): void {
  const [k, size] = [bias.length, offset.length];
  expectEnumerable(what, k);
  const on = new Uint8Array(k);
  const fields = new Float64Array(size);
  const toggle = (j: number): void => {
    on[j] = 1 - on[j]!;
    for (let i = 0; i < size; i++) fields[i] = fields[i]! + (on[j] ? weight(j, i) : -weight(j, i));
  };
  for (let state = 0; state < 2 ** k; state++) {
    if (state > 0) toggle(31 - Math.clz32(state & -state));
    if (state % 1024 === 0)
      for (let i = 0; i < size; i++) {
        let field = offset[i]!;
        for (let j = 0; j < k; j++) field += on[j] ? weight(j, i) : 0;
        fields[i] = field;
      }
    let total = log(fields);
    for (let j = 0; j < k; j++) total += on[j] ? bias[j]! : 0;
    visit(total, on, fields);
  }
}

/** The logarithm of a sum whose terms come one by one, as logarithms. */
export function runningLogSum(): { add(log: number): void; value(): number } {
  let [top, sum] = [Number.NEGATIVE_INFINITY, 0];
  return {
    add(log) {
      if (log > top) [top, sum] = [log, sum * Math.exp(top - log) + 1];
      else sum += Math.exp(log - top);
    },
    value: () => top + Math.log(sum),
  };
}

/** `log Σ_s weight(s)`. */
export function logSum(what: string, enumeration: Enumeration): number {
  const sum = runningLogSum();
  visitStates(what, enumeration, sum.add);
  return sum.value();
}
