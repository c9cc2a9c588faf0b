/** What has computed in this thread: each program says so when it is loaded or found again. */

import type { Computes } from "./engine.js";

const seen = new Set<Computes>();

export const noteComputed = (engine: Computes): void => void seen.add(engine);

/** Every engine since this was asked last, by name. */
export function takeComputed(): Computes[] {
  const all = [...seen].sort();
  seen.clear();
  return all;
}
