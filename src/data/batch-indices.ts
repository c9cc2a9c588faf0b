import { integers, permutation } from "../random/choose.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";

// The order of the epoch a key is in, so that only the first step of an epoch pays for it. The result does not depend
// on what is remembered here.
const orders = new WeakMap<Key, { readonly epoch: number; readonly n: number; readonly order: Uint32Array }>();

/**
 * The rows of minibatch `step`, `batch` of `n`: a pure function of its arguments, so a resumed run draws the same.
 *
 * An epoch is `⌊n / batch⌋` steps through a random order of the rows, without replacement; the rows left over wait for
 * the next epoch's order. When `batch > n` each step draws its rows with replacement.
 * @throws InputError unless `n` and `batch` are whole numbers from 1, and `step` from 0.
 */
export function batchIndices(key: Key, step: number, n: number, batch: number): Uint32Array {
  for (const [name, value, least] of [
    ["step", step, 0],
    ["n", n, 1],
    ["batch", batch, 1],
  ] as const)
    if (!Number.isSafeInteger(value) || value < least)
      throw new InputError(`batch: ${name} is ${value}; expected a whole number from ${least}`);
  if (batch > n) return Uint32Array.from(integers(fold(key, step), [batch], n));
  const steps = Math.floor(n / batch);
  const start = (step % steps) * batch;
  return orderOf(key, Math.floor(step / steps), n).slice(start, start + batch);
}

function orderOf(key: Key, epoch: number, n: number): Uint32Array {
  const known = orders.get(key);
  if (known?.epoch === epoch && known.n === n) return known.order;
  const order = permutation(fold(key, epoch), n);
  orders.set(key, { epoch, n, order });
  return order;
}
