/** Log Z of narrow lattices, exactly, by transfer matrices. On the host. */

import { InputError } from "../util/errors.js";
import type { ExactFacts } from "./energy.js";
import type { Boundary } from "./lattice.js";

/** A lattice of sites in one of `q` states, `p ∝ exp(Σ_⟨ij⟩ bond(sᵢ, sⱼ) + Σ_i site(sᵢ))`. */
export interface LatticeLaw {
  readonly sides: readonly [number, number];
  readonly boundary: Boundary;
  /** `q` numbers. */
  readonly site: readonly number[];
  /** `q` by `q`, symmetric. */
  readonly bond: readonly (readonly number[])[];
}

/** Multiplications a log Z may cost: below a second or two. */
const AFFORDABLE = 1e9;

/** Rows run along the longer side; a row has `q^width` states. */
function costOf({ sides, boundary, site }: LatticeLaw): number {
  const [width, length] = [Math.min(...sides), Math.max(...sides)];
  const states = site.length ** width;
  return (boundary === "periodic" ? states : 1) * length * width * site.length * states;
}

/** The `exact` part of an energy on a lattice, computed when it is asked for; nothing where it is learned or too wide. */
export function latticeExact(learned: boolean, law: LatticeLaw): { exact?: ExactFacts } {
  if (learned || costOf(law) > AFFORDABLE) return {};
  let known: number | undefined;
  return {
    exact: {
      get logZ() {
        known ??= latticeLogZ(law);
        return known;
      },
    },
  };
}

/**
 * Log Z by the transfer matrix between rows, one site after the other (Kramers & Wannier 1941; Onsager 1944):
 * `O(length · width · q^{width+1})` where the lattice is free, `q^width` times that where it is periodic.
 * @throws InputError when the narrower side is too wide for that.
 */
export function latticeLogZ(law: LatticeLaw): number {
  const { sides, boundary, site } = law;
  if (costOf(law) > AFFORDABLE)
    throw new InputError(
      `latticeLogZ: a ${boundary} lattice of ${sides.join(" by ")} with ${site.length} states a site is too wide; its log Z can only be estimated`,
    );
  const [width, length] = [Math.min(...sides), Math.max(...sides)];
  const transfer = transferOf(law, width);
  if (boundary === "free") {
    const row = { values: transfer.weights.slice(), logScale: transfer.logWeight };
    for (let i = 1; i < length; i++) advance(row, transfer);
    return row.logScale + Math.log(row.values.reduce((a, b) => a + b, 0));
  }
  // The trace: a lattice that is closed to a ring ends in the row it began with.
  const ends = Float64Array.from(transfer.weights, (_, first) => {
    const row = { values: new Float64Array(transfer.weights.length), logScale: 0 };
    row.values[first] = 1;
    for (let i = 0; i < length; i++) advance(row, transfer);
    return row.logScale + Math.log(row.values[first]!);
  });
  const top = ends.reduce((a, b) => Math.max(a, b));
  return top + Math.log(ends.reduce((s, v) => s + Math.exp(v - top), 0));
}

/** From one row to the next; the largest weight and the largest factor are 1, their logarithms kept apart. */
interface Transfer {
  /** Of each state of a row: its sites and the bonds inside it. */
  readonly weights: Float64Array;
  readonly logWeight: number;
  /** Of a bond between rows. */
  readonly factors: readonly Float64Array[];
  /** Of all bonds between two rows. */
  readonly logFactors: number;
}

function transferOf({ boundary, site, bond }: LatticeLaw, width: number): Transfer {
  const q = site.length;
  const digits = new Array<number>(width);
  const logs = Float64Array.from({ length: q ** width }, (_, state) => {
    for (let j = 0, rest = state; j < width; j++, rest = Math.floor(rest / q)) digits[j] = rest % q;
    let log = 0;
    for (let j = 0; j < width; j++) {
      log += site[digits[j]!]!;
      if (j + 1 < width || boundary === "periodic") log += bond[digits[j]!]![digits[(j + 1) % width]!]!;
    }
    return log;
  });
  const logWeight = logs.reduce((a, b) => Math.max(a, b));
  const top = Math.max(...bond.flat());
  return {
    weights: logs.map((v) => Math.exp(v - logWeight)),
    logWeight,
    factors: bond.map((b) => Float64Array.from(b, (v) => Math.exp(v - top))),
    logFactors: width * top,
  };
}

/** The weight of everything so far by the state of the last row, with its logarithmic scale kept apart. */
interface Row {
  readonly values: Float64Array;
  logScale: number;
}

/** One row further: the bonds between the rows, site by site, then the new row's own weight. */
function advance(row: Row, { weights, logWeight, factors, logFactors }: Transfer): void {
  const q = factors.length;
  const { values } = row;
  const old = new Float64Array(q);
  for (let stride = 1; stride < values.length; stride *= q)
    for (let block = 0; block < values.length; block += stride * q)
      for (let at = block; at < block + stride; at++) {
        for (let a = 0; a < q; a++) old[a] = values[at + a * stride]!;
        for (let b = 0; b < q; b++) values[at + b * stride] = factors[b]!.reduce((s, f, a) => s + f * old[a]!, 0);
      }
  let top = 0;
  for (let i = 0; i < values.length; i++) {
    values[i] = values[i]! * weights[i]!;
    top = Math.max(top, values[i]!);
  }
  for (let i = 0; i < values.length; i++) values[i] = values[i]! / top;
  row.logScale += Math.log(top) + logWeight + logFactors;
}
