/** Elementwise steps over the same elements, in one pass over them. */

import type { Assembler, Machine, Pointer } from "../machine.js";
import { bodyDtypes, bodyKey, computeBody, type KernelBody, readFixed, writeBody } from "./body.js";
import { BYTES, type KernelFunction, type RowAccess, rowAccess, widthsFor } from "./kernel.js";
import { collapse, longestLast, loopOver, strips } from "./nest.js";

/** A function over the addresses of what a body reads, then of what it writes. */
export function elementwise(sizes: readonly number[], body: KernelBody): KernelFunction {
  const [count, ...others] = sizes;
  return {
    key: `elementwise ${sizes} ${bodyKey(body)}`,
    parameters: body.reads.length + body.writes.length,
    rows:
      count === undefined
        ? undefined
        : { count, parameters: rowsOf(body, others), take: (n) => elementwise([n, ...others], body) },
    write: (to, machine, pointers) => writeElementwise(to, machine, pointers, sizes, body),
  };
}

/** What a body reads and writes of one row, the first axis being rows and the others of these sizes. */
export const rowsOf = ({ reads, writes }: KernelBody, sizes: readonly number[]): RowAccess[] => [
  ...reads.map((access) => rowAccess(access, sizes, false)),
  ...writes.map((access) => rowAccess(access, sizes, true)),
];

/** The body over other axes: strides of reads, then of writes. */
export function restrided(body: KernelBody, strides: readonly (readonly number[])[]): KernelBody {
  const { reads, writes } = body;
  return {
    ...body,
    reads: reads.map((r, i) => ({ ...r, strides: strides[i]! })),
    writes: writes.map((w, i) => ({ ...w, strides: strides[reads.length + i]! })),
  };
}

function writeElementwise(
  to: Assembler,
  machine: Machine,
  pointers: readonly Pointer[],
  sizes: readonly number[],
  given: KernelBody,
): void {
  const nest = longestLast(
    collapse({ sizes, strides: [...given.reads, ...given.writes].map(({ strides }) => strides) }),
  );
  const body = restrided(given, nest.strides);
  const accesses = [...body.reads, ...body.writes];
  const last = nest.sizes.length - 1;
  const outer = {
    sizes: nest.sizes.slice(0, -1),
    strides: accesses.map(({ dtype, strides }) => strides.slice(0, -1).map((s) => s * BYTES[dtype])),
  };
  loopOver(to, outer, pointers, (rows) =>
    strips(to, nest.sizes[last] ?? 1, widthsFor(bodyDtypes(body), machine), (lanes, _, run) => {
      const fixed = readFixed(to, body, lanes, rows);
      run((i, start) => {
        const here = accesses.map(({ dtype, strides }, k) => {
          const step = (strides.at(-1) ?? 0) * BYTES[dtype];
          return step === 0 ? rows[k]! : to.at(rows[k]!, i, step, start * step);
        });
        const [reads, writes] = [here.slice(0, body.reads.length), here.slice(body.reads.length)];
        writeBody(to, body, computeBody(to, body, lanes, { pointers: reads, fixed, given: [] }), writes);
      });
    }),
  );
}
