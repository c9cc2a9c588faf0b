/** Steps of a training that are kept, as a slider has them. */

import type { KeptSteps } from "../engine/questions/answers.js";
import { withError } from "../folders/words.js";

/** The place of a step among others, or of the nearest where it is none of them; the earlier of two. */
export function nearestOf(steps: readonly number[], step: number): number {
  let best = 0;
  for (const [i, own] of steps.entries()) if (Math.abs(own - step) < Math.abs(steps[best]! - step)) best = i;
  return best;
}

/** What validation rows said last until a step, in words; `null` where they had said nothing yet. */
export function heldOutAt(said: KeptSteps["heldOut"], step: number): string | null {
  const found = said.findLast((one) => one.step <= step);
  if (!found) return null;
  const when = found.step === step ? "" : `, told at step ${found.step}`;
  return `${withError(found.value, found.error)} nats a row of validation rows, standardised${when}`;
}
