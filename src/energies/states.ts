/** The points of a discrete support, in order. */

import { InputError } from "../util/errors.js";
import { type FloatTensor, type Shape, sizeOf, tensor } from "../util/tensor.js";
import type { Support } from "./support.js";

/** How many states a support has; infinite for the real numbers. */
export function countStates(support: Support, event: Shape): number {
  if (support.kind === "real") return Number.POSITIVE_INFINITY;
  const sites = sizeOf(event);
  return support.kind === "binary" ? 2 ** sites : support.categories ** (sites / support.categories);
}

/**
 * States `from … from + n − 1` of a discrete support as points `(n, ...event)`, float64; the last coordinate, or site,
 * changes fastest.
 */
export function statesOf(support: Support, event: Shape, from: number, n: number): FloatTensor {
  if (support.kind === "real") throw new InputError("statesOf: real points cannot be enumerated");
  const d = sizeOf(event);
  const data = new Float64Array(n * d);
  const choices = support.kind === "binary" ? 2 : support.categories;
  const sites = support.kind === "binary" ? d : d / choices;
  for (let i = 0; i < n; i++)
    for (let site = sites - 1, rest = from + i; site >= 0; site--, rest = Math.floor(rest / choices)) {
      if (support.kind === "binary") data[i * d + site] = support.values[rest % 2]!;
      else data[i * d + site * choices + (rest % choices)] = 1;
    }
  return tensor(data, [n, ...event]);
}
