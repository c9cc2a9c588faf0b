/** The lattice that numbers lie on: the largest step whose multiples, from one of them, are all of them. */

export interface Lattice {
  readonly offset: number;
  readonly step: number;
  /** Digits after the point that all of it have; absent where they are no decimals. */
  readonly decimals?: number;
}

/** Decimals that are tried, and steps between the ends of a lattice at most. */
const [DECIMALS, CELLS] = [9, 1e7];

/** Largest part of a step by which computed numbers miss their places on a lattice that is no decimal one. */
const SLACK = 1e-4;

/** A least step of a lattice is the smallest difference divided by a whole number up to this. */
const DIVISORS = 12;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Sorted, each once. */
export const distinctOf = (values: ArrayLike<number>): Float64Array =>
  Float64Array.from(new Set(Array.from(values, (v) => v + 0))).sort();

/** Where all numbers are decimals of few digits: the greatest common divisor of their differences. */
function decimalLattice(distinct: Float64Array): Lattice | undefined {
  const [low, high] = [distinct[0]!, distinct[distinct.length - 1]!];
  for (let decimals = 0; decimals <= DECIMALS; decimals++) {
    const power = 10 ** decimals;
    if (!(Math.max(Math.abs(low), Math.abs(high)) * power < Number.MAX_SAFE_INTEGER)) return undefined;
    if (!distinct.every((v) => Number(v.toFixed(decimals)) === v)) continue;
    const from = Math.round(low * power);
    const step = distinct.reduce((d, v) => gcd(Math.round(v * power) - from, d), 0) / power;
    return { offset: low, step, decimals };
  }
  return undefined;
}

/** Of computed numbers, such as ages that were standardised: the smallest difference, or a part of it. */
function computedLattice(distinct: Float64Array): Lattice | undefined {
  const [low, high] = [distinct[0]!, distinct[distinct.length - 1]!];
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < distinct.length; i++) least = Math.min(least, distinct[i]! - distinct[i - 1]!);
  for (let divisor = 1; divisor <= DIVISORS; divisor++) {
    const rough = least / divisor;
    const cells = Math.round((high - low) / rough);
    const step = (high - low) / cells;
    if (cells < CELLS && distinct.every((v) => Math.abs((v - low) / step - Math.round((v - low) / step)) < SLACK))
      return { offset: low, step };
  }
  return undefined;
}

/** The lattice of two and more distinct sorted numbers; `undefined` where they lie on none that is coarse enough to matter. */
export function latticeOf(distinct: Float64Array): Lattice | undefined {
  const found = decimalLattice(distinct) ?? computedLattice(distinct);
  const range = distinct[distinct.length - 1]! - distinct[0]!;
  return found && range / found.step < CELLS ? found : undefined;
}
