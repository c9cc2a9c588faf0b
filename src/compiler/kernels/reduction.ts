/** Sums and maxima along axes, of what a body computes before, with a body over what they come to after. */

import type { DType } from "../../util/tensor.js";
import type { Assembler, Index, Machine, Pointer, Variable } from "../machine.js";
import { type Held, scalarMath } from "../scalar-math.js";
import { bodyDtypes, bodyKey, computeBody, type Fixed, type KernelBody, readFixed, writeBody } from "./body.js";
import { restrided, rowsOf } from "./elementwise.js";
import { BYTES, type KernelFunction, rowAccess, widthsFor } from "./kernel.js";
import { collapse, loopOver, type Nest, strips } from "./nest.js";

export interface Reduction {
  readonly by: "add" | "max";
  readonly dtype: DType;
  /** Sizes of the axes that remain, and of those that go. */
  readonly kept: readonly number[];
  readonly gone: readonly number[];
  /** Over the axes that remain, then those that go. What it would write is what is reduced. */
  readonly before: KernelBody;
  /** Over the axes that remain; it is given what the reduction came to. */
  readonly after: KernelBody;
  /** Whether every lane sums by itself. Some of the rows are summed in the order in which all of them are. */
  readonly down?: boolean;
}

/** A function over the addresses of what is read before, read after and written. */
export function reduction(given: Reduction): KernelFunction {
  const parts = { ...given, down: given.down ?? goesDown(given) };
  const { by, dtype, kept, gone, before, after, down } = parts;
  return {
    key: `reduce ${by} ${down ? "down " : ""}${dtype} ${kept} | ${gone} ${bodyKey(before)} then ${bodyKey(after)}`,
    parameters: before.reads.length + after.reads.length + after.writes.length,
    rows: rowsOfReduction(parts),
    write: (to, machine, pointers) => writeReduction(to, machine, pointers, parts),
  };
}

function rowsOfReduction(parts: Reduction): KernelFunction["rows"] {
  const { kept, gone, before, after } = parts;
  const [count, ...others] = kept;
  if (count === undefined) return undefined;
  const reads = before.reads.map((access) => rowAccess(access, [...others, ...gone], false));
  const take = (n: number): KernelFunction => reduction({ ...parts, kept: [n, ...others] });
  return { count, parameters: [...reads, ...rowsOf(after, others)], take };
}

/** Strides of each access along the axes that remain and along those that go, each list collapsed by itself. */
interface Split {
  readonly parts: Reduction;
  readonly kept: Nest;
  readonly gone: Nest;
}

function split(parts: Reduction): Split {
  const { kept, gone, before, after } = parts;
  const all = [...before.reads, ...after.reads, ...after.writes];
  const outer = collapse({ sizes: kept, strides: all.map(({ strides }) => strides.slice(0, kept.length)) });
  const inner = collapse({ sizes: gone, strides: before.reads.map(({ strides }) => strides.slice(kept.length)) });
  return { parts, kept: outer, gone: inner };
}

const last = (strides: readonly number[]): number => strides.at(-1) ?? 0;
const scaled = (strides: readonly number[], dtype: DType): number[] => strides.map((s) => s * BYTES[dtype]);

/** Lanes lie along the axis on which the elements are neighbours: one that remains, or else one that goes. */
function goesDown(given: Reduction): boolean {
  const { kept, gone } = split(given);
  const reads = given.before.reads.length;
  return kept.strides.slice(0, reads).some((s) => last(s) === 1) && !gone.strides.some((s) => last(s) === 1);
}

function writeReduction(to: Assembler, machine: Machine, pointers: readonly Pointer[], given: Reduction): void {
  const { parts, kept, gone } = split(given);
  const reads = parts.before.reads.length;
  const keptSteps = kept.strides.slice(0, reads).map(last);
  const after = parts.down ? bodyDtypes(parts.after) : [];
  const widths = widthsFor([...bodyDtypes(parts.before), ...after, parts.dtype], machine);
  const all = [...parts.before.reads, ...parts.after.reads, ...parts.after.writes];
  const bytes = all.map(({ dtype }, i) => scaled(kept.strides[i]!, dtype));
  if (parts.down && kept.sizes.length > 0) {
    const outer = { sizes: kept.sizes.slice(0, -1), strides: bytes.map((s) => s.slice(0, -1)) };
    loopOver(to, outer, pointers, (rows) =>
      strips(to, kept.sizes.at(-1)!, widths, (lanes, _, run) =>
        run((i, start) => {
          const here = rows.map((p, k) =>
            last(bytes[k]!) === 0 ? p : to.at(p, i, last(bytes[k]!), start * last(bytes[k]!)),
          );
          const before = restrided(
            parts.before,
            parts.before.reads.map((_, k) => [...gone.strides[k]!, keptSteps[k]!]),
          );
          finish(to, parts, kept, here, lanes, reduceDown(to, { ...parts, before }, gone, here.slice(0, reads), lanes));
        }),
      ),
    );
  } else
    loopOver(to, { sizes: kept.sizes, strides: bytes }, pointers, (here) => {
      const before = restrided(parts.before, gone.strides);
      const value = parts.down
        ? reduceDown(to, { ...parts, before }, gone, here.slice(0, reads), 1)
        : reduceAcross(to, widths, { ...parts, before }, gone, here.slice(0, reads));
      finish(to, parts, { ...kept, strides: kept.strides.map(() => []) }, here, 1, value);
    });
}

/** What the reduction came to, through the body after it. */
function finish(
  to: Assembler,
  { before, after }: Reduction,
  kept: Nest,
  pointers: readonly Pointer[],
  lanes: number,
  value: Held,
): void {
  const body = restrided(after, kept.strides.slice(before.reads.length));
  const [from, end] = [before.reads.length, before.reads.length + after.reads.length];
  const here = pointers.slice(from, end);
  const results = computeBody(to, body, lanes, {
    pointers: here,
    fixed: readFixed(to, body, lanes, here, [value.dtype]),
    given: [value],
  });
  writeBody(to, body, results, pointers.slice(end));
}

const empty = ({ by, dtype }: Reduction): number | bigint =>
  dtype === "int64" ? 0n : by === "add" ? 0 : Number.NEGATIVE_INFINITY;
const KINDS = { float32: "f32", float64: "f64", int64: "i64", bool: "mask32" } as const;

const accumulator = (to: Assembler, parts: Reduction, lanes: number): Variable =>
  to.variable(to.constant(KINDS[parts.dtype], lanes, empty(parts)));

function accumulate(to: Assembler, parts: Reduction, into: Variable, x: Held): void {
  const math = scalarMath(to, into.lanes);
  const sum = { dtype: parts.dtype, value: into };
  to.assign(into, ((parts.by === "add" ? math.add : math.max)(sum, x) as Held).value);
}

/** Each lane by itself, over all the axes that go. */
function reduceDown(to: Assembler, parts: Reduction, gone: Nest, pointers: readonly Pointer[], lanes: number): Held {
  const into = accumulator(to, parts, lanes);
  const { reads } = parts.before;
  const bytes = gone.strides.map((s, i) => scaled(s, reads[i]!.dtype));
  const still: Fixed = reads.map(() => null);
  loopOver(to, { sizes: gone.sizes, strides: bytes }, pointers, (here) =>
    accumulate(to, parts, into, computeBody(to, parts.before, lanes, { pointers: here, fixed: still, given: [] })[0]!),
  );
  return { dtype: parts.dtype, value: into };
}

/** Sums so long take turns among so many registers, that one does not wait for the other. */
const TURNS = 4;

/** Lanes along the last of the axes that go, and added at the end. */
function reduceAcross(
  to: Assembler,
  widths: readonly number[],
  parts: Reduction,
  gone: Nest,
  pointers: readonly Pointer[],
): Held {
  const { reads } = parts.before;
  const size = gone.sizes.at(-1) ?? 1;
  const bytes = gone.strides.map((s, i) => scaled(s, reads[i]!.dtype));
  const outer = { sizes: gone.sizes.slice(0, -1), strides: bytes.map((s) => s.slice(0, -1)) };
  const used = widths.filter((w) => size >= w);
  const turns = size >= 2 * TURNS * (used[0] ?? 1) ? TURNS : 1;
  const sums = new Map(
    used.map((w, i) => [w, Array.from({ length: i === 0 ? turns : 1 }, () => accumulator(to, parts, w))]),
  );
  loopOver(to, outer, pointers, (rows) => {
    const at = (i: Index | null, start: number): Pointer[] =>
      rows.map((p, k) => (last(bytes[k]!) === 0 ? p : to.at(p, i, last(bytes[k]!), start * last(bytes[k]!))));
    const add = (into: Variable, fixed: Fixed, i: Index | null, start: number): void =>
      accumulate(
        to,
        parts,
        into,
        computeBody(to, parts.before, into.lanes, { pointers: at(i, start), fixed, given: [] })[0]!,
      );
    let from = 0;
    if (turns > 1) {
      const wide = used[0]!;
      const fixed = readFixed(to, parts.before, wide, rows);
      from = Math.floor(size / (turns * wide)) * turns * wide;
      to.loop({ to: from, step: turns * wide }, (i) => {
        for (const [t, into] of sums.get(wide)!.entries()) add(into, fixed, i, t * wide);
      });
    }
    strips(to, size - from, used, (lanes, _, run) => {
      const fixed = readFixed(to, parts.before, lanes, rows);
      run((i, start) => add(sums.get(lanes)![0]!, fixed, i, start + from));
    });
  });
  return total(to, parts, [...sums.values()]);
}

/** Registers of ever fewer lanes as one number. */
function total(to: Assembler, parts: Reduction, sums: readonly (readonly Variable[])[]): Held {
  const math = scalarMath(to, 1);
  const by = parts.by === "add" ? math.add : math.max;
  const numbers = sums.map((turns): Held => {
    const into = turns[0]!;
    for (const other of turns.slice(1)) accumulate(to, parts, into, { dtype: parts.dtype, value: other });
    return { dtype: parts.dtype, value: into.lanes > 1 ? to.across(parts.by, into) : into };
  });
  if (numbers.length === 0) return { dtype: parts.dtype, value: accumulator(to, parts, 1) };
  return numbers.reduce((a, b) => by(a, b) as Held);
}
