import { totalmem } from "node:os";
import { InputError } from "../util/errors.js";

const GB = 1e9;
/** What is not worth a word. */
const LITTLE = 0.5 * GB;
/** The share of what there is beyond which the rest of the machine is in its way. */
const NEARLY_ALL = 0.8;
/** How far off an estimate may be. */
const FACTOR = 1.5;

/** Bytes of memory that this process may have: the machine's, or less where it is confined. */
export const memoryThere = (): number => {
  const confined = process.constrainedMemory?.() ?? 0;
  return confined > 0 ? Math.min(confined, totalmem()) : totalmem();
};

const show = (bytes: number): string => `${Number((bytes / GB).toPrecision(2))} GB`;

/**
 * What to say of a training that takes so many bytes, about, where there are so many; `null` where that is little.
 * @throws InputError where there is too little by more than the estimate may be off.
 */
export function tellMemory(bytes: number, there = memoryThere()): string | null {
  if (bytes < LITTLE) return null;
  const less = "a smaller batch, fewer chains and narrower networks take less";
  if (bytes > FACTOR * there)
    throw new InputError(`training takes about ${show(bytes)} of memory, and there are ${show(there)}; ${less}`);
  const takes = `training takes about ${show(bytes)} of memory`;
  return bytes > NEARLY_ALL * there ? `${takes}, of the ${show(there)} there are: it may not fit; ${less}` : takes;
}
