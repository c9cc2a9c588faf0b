/** "Did you mean": the nearest known name. */

import { closest, distance } from "fastest-levenshtein";

/** `, did you mean "x"?` when a known name is near enough to be a slip; else an empty string. */
export function suggest(given: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const near = closest(given, known);
  return distance(given, near) <= Math.max(2, Math.floor(given.length / 3)) ? `, did you mean "${near}"?` : "";
}
