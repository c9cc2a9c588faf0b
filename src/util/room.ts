/** How much memory there is, and refusing what will not fit before any of it is taken. */

import { InputError } from "./errors.js";

const GB = 1e9;

/** A browser says nothing of it: arrays are what it lets them be. */
const system = globalThis.process?.getBuiltinModule?.("node:os");

/** Bytes of memory that this process may have: the machine's, or less where it is confined; infinite in a browser. */
export function memoryThere(): number {
  const machine = system?.totalmem() ?? Number.POSITIVE_INFINITY;
  const confined = globalThis.process?.constrainedMemory?.() ?? 0;
  return confined > 0 ? Math.min(confined, machine) : machine;
}

let there: number | undefined;

/** `12 GB`. */
export const showBytes = (bytes: number): string => {
  const size = bytes / GB;
  return `${Number(size >= 10 ? size.toFixed(0) : size.toPrecision(2))} GB`;
};

/**
 * An array of so many numbers, of `width` bytes each, by what makes it.
 * @throws InputError before anything is taken where it is more than the memory there is, or than an array can be.
 */
export function withRoom<T>(n: number, width: number, make: () => T): T {
  there ??= memoryThere();
  if (n * width > there) throw tooMany(n, width, there);
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw tooMany(n, width, null);
    throw error;
  }
}

/**
 * @param what has so many of something, each of which takes `each` bytes in all, as `-n`.
 * @throws InputError with the most that fit, where they are more.
 */
export function expectRoom(what: string, n: number, each: number): void {
  there ??= memoryThere();
  if (n * each > there)
    throw new InputError(
      `${what} ${n} takes about ${showBytes(n * each)} of memory, and there are ${showBytes(there)}: at most ${twoDigits(there / each)} fit`,
    );
}

/** A number rounded down to its first two digits. */
export function twoDigits(n: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 1);
  return Math.floor(n / unit) * unit;
}

function tooMany(n: number, width: number, there: number | null): InputError {
  const takes = `${Number(n.toPrecision(3))} numbers take ${showBytes(n * width)} of memory`;
  const why = there === null ? "which is not to be had" : `and there are ${showBytes(there)}`;
  return new InputError(`${takes}, ${why}: ask for fewer rows, draws, chains or points`);
}
