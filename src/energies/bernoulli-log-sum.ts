/** The sum over the states of a layer whose other layer is of units 0 or 1 as well: millions of states a second. */

import { type Enumeration, expectEnumerable, runningLogSum, visitStates } from "./enumerate-layer.js";

/** Units whose states are tabulated: a table of 2⁶ states of a hundred others stays in the nearest cache. */
const TABULATED = 6;
/** Numbers up to this, and down to its negative, have exponentials of full precision. */
const LARGEST = 700;

/** Ends of runs of factors whose product is a number: each is between 1 and `2 exp(max(0, bound))`. */
function runsOf(bounds: Float64Array): number[] {
  const ends: number[] = [];
  let total = 0;
  for (const [i, bound] of bounds.entries()) {
    const own = Math.LN2 + Math.max(0, bound);
    if (total + own > LARGEST) {
      ends.push(i);
      total = 0;
    }
    total += own;
  }
  return [...ends, bounds.length];
}

/** `∏ᵢ (1 + aᵢ bᵢ)` for i of `from … to − 1`; a at its start, b at an offset. Four products at once: none waits for another. */
function product(a: Float64Array, b: Float64Array, at: number, from: number, to: number): number {
  let [p, q, r, s] = [1, 1, 1, 1];
  let i = from;
  for (; i + 3 < to; i += 4) {
    p *= 1 + a[i]! * b[at + i]!;
    q *= 1 + a[i + 1]! * b[at + i + 1]!;
    r *= 1 + a[i + 2]! * b[at + i + 2]!;
    s *= 1 + a[i + 3]! * b[at + i + 3]!;
  }
  for (; i < to; i++) p *= 1 + a[i]! * b[at + i]!;
  return p * q * r * s;
}

/** Units that are on as bits of a number, the first unit the lowest. */
const bitsOf = (on: Uint8Array): number => on.reduce((bits, unit, j) => bits + unit * 2 ** j, 0);

/**
 * Visit every state once, with the logarithm of `exp(bias·s) ∏ᵢ (1 + exp(fieldᵢ(s)))` and its units as bits. The exponential of a field is that of what the last units give to it
 * times that of the rest, and those of the last are tabulated: a state costs two operations for each unit of the other
 * layer and no exponential. Where fields may be so large that such a product is no number, each is computed by itself.
 * @throws InputError as `visitStates` does.
 */
export function visitBernoulli(
  what: string,
  enumeration: Enumeration,
  visit: (logWeight: number, state: number) => void,
): void {
  const { bias, offset, weight } = enumeration;
  const [k, size] = [bias.length, offset.length];
  expectEnumerable(what, k);
  const reach = (value: (w: number) => number, i: number): number => {
    let total = value(offset[i]!);
    for (let j = 0; j < k; j++) total += value(weight(j, i));
    return total;
  };
  const each = (value: (w: number) => number): Float64Array =>
    Float64Array.from({ length: size }, (_, i) => reach(value, i));
  const inner = Math.min(TABULATED, k - 1);
  if (inner < 1 || each(Math.abs).some((most) => !(most <= LARGEST))) {
    visitStates(what, enumeration, (log, on) => visit(log, bitsOf(on)));
    return;
  }
  const ends = runsOf(each((w) => Math.max(0, w)));
  const outer = k - inner;
  const logs: number[] = [];
  const states: number[] = [];
  const table: Float64Array[] = [];
  const last = Array.from({ length: inner }, (_, j) => outer + j);
  visitStates(
    what,
    {
      ...{ bias: last.map((j) => bias[j]!), offset: new Float64Array(size) },
      weight: (j, i) => weight(outer + j, i),
      log: () => 0,
    },
    (log, on, fields) => {
      logs.push(log);
      states.push(2 ** outer * bitsOf(on));
      table.push(fields.map(Math.exp));
    },
  );
  const flat = new Float64Array(table.length * size);
  for (const [s, row] of table.entries()) flat.set(row, s * size);
  const first = { bias: Array.from({ length: outer }, (_, j) => bias[j]!), offset, weight, log: () => 0 };
  visitStates(what, first, (outerLog, on, fields) => {
    const [own, state] = [fields.map(Math.exp), bitsOf(on)];
    for (let s = 0; s < logs.length; s++) {
      let log = outerLog + logs[s]!;
      let from = 0;
      for (const end of ends) {
        log += Math.log(product(own, flat, s * size, from, end));
        from = end;
      }
      visit(log, state + states[s]!);
    }
  });
}

/** The logarithm of the sum of what `visitBernoulli` visits. @throws InputError as it does. */
export function bernoulliLogSum(what: string, enumeration: Enumeration): number {
  const sum = runningLogSum();
  visitBernoulli(what, enumeration, sum.add);
  return sum.value();
}
