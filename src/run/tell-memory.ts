import { InputError } from "../util/errors.js";
import { memoryThere, showBytes } from "../util/room.js";

/** What is not worth a word. */
const LITTLE = 0.5e9;
/** The share of what there is beyond which the rest of the machine is in its way. */
const NEARLY_ALL = 0.8;
/** How far off an estimate may be. */
const FACTOR = 1.5;

/**
 * What to say of a training that takes so many bytes, about, where there are so many; `null` where that is little.
 * @param largest words of the settings that fit, for so many bytes; nothing where there are none.
 * @throws InputError where there is too little by more than the estimate may be off.
 */
export function tellMemory(
  bytes: number,
  largest: (there: number) => string | null = () => null,
  there = memoryThere(),
): string | null {
  if (bytes < LITTLE) return null;
  const takes = `training takes about ${showBytes(bytes)} of memory`;
  if (bytes <= NEARLY_ALL * there) return takes;
  const less = largest(NEARLY_ALL * there) ?? "a smaller batch, fewer chains and narrower networks take less";
  if (bytes > FACTOR * there) throw new InputError(`${takes}, and there are ${showBytes(there)}; ${less}`);
  return `${takes}, of the ${showBytes(there)} there are: it may not fit; ${less}`;
}
