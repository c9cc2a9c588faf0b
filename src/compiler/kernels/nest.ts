/** Loops over the axes of several tensors at once. */

import type { Assembler, Index, Pointer } from "../machine.js";

/** Sizes of axes, and for each of several tensors its strides along them, in bytes or elements alike. */
export interface Nest {
  readonly sizes: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** Neighbouring axes along which every tensor goes on as one become one; axes of one element go. */
export function collapse({ sizes, strides }: Nest): Nest {
  const merged: { size: number; steps: number[] }[] = [];
  for (const [axis, size] of sizes.entries()) {
    if (size === 1) continue;
    const steps = strides.map((s) => s[axis]!);
    const outer = merged.at(-1);
    if (outer?.steps.every((s, i) => s === steps[i]! * size))
      merged[merged.length - 1] = { size: outer.size * size, steps };
    else merged.push({ size, steps });
  }
  return {
    sizes: merged.map(({ size }) => size),
    strides: strides.map((_, i) => merged.map(({ steps }) => steps[i]!)),
  };
}

/** Below so many elements an innermost axis is not worth its lanes. */
const SHORT = 4;

/** A short last axis changes places with the longest. Any order of axes computes the same elements. */
export function longestLast(nest: Nest): Nest {
  const last = nest.sizes.length - 1;
  const longest = nest.sizes.indexOf(Math.max(...nest.sizes));
  if (last < 1 || nest.sizes[last]! >= SHORT || nest.sizes[longest]! < 2 * SHORT) return nest;
  const exchanged = <T>(xs: readonly T[]): T[] =>
    xs.map((x, i) => (i === last ? xs[longest]! : i === longest ? xs[last]! : x));
  return { sizes: exchanged(nest.sizes), strides: nest.strides.map(exchanged) };
}

/** Loops over the axes from the first on, moving every pointer by its strides in bytes; `body` is inside all of them. */
export function loopOver(
  to: Assembler,
  { sizes, strides }: Nest,
  pointers: readonly Pointer[],
  body: (pointers: readonly Pointer[]) => void,
): void {
  const [size, ...inner] = sizes;
  if (size === undefined) {
    body(pointers);
    return;
  }
  const rest = { sizes: inner, strides: strides.map((s) => s.slice(1)) };
  to.loop({ to: size }, (i) =>
    loopOver(
      to,
      rest,
      pointers.map((p, k) => (strides[k]![0] === 0 ? p : to.at(p, i, strides[k]![0]!))),
      body,
    ),
  );
}

/**
 * An axis in strips of lanes: as many of the widest as fit, in a loop, then ever narrower ones.
 * @param strip is given the position as a counter and a number to add, once for each width.
 */
export function strips(
  to: Assembler,
  size: number,
  widths: readonly number[],
  strip: (lanes: number, from: number, run: (body: (i: Index | null, start: number) => void) => void) => void,
): void {
  let from = 0;
  for (const lanes of widths) {
    const count = Math.floor((size - from) / lanes);
    if (count === 0) continue;
    const start = from;
    strip(lanes, start, (body) => {
      if (count === 1) body(null, start);
      else to.loop({ from: start, to: start + count * lanes, step: lanes }, (i) => body(i, 0));
    });
    from += count * lanes;
  }
}
