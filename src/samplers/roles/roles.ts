/** What a kernel can be within another, told from its facts. */

import type { SamplerFacts } from "../sampler.js";

/**
 * Why a kernel cannot be begun afresh at positions every few steps, in words; `null` where it can. Memory that begins
 * afresh each time is another law than the kernel's: Langevin dynamics at rest every ten steps of 0.1 leaves half of the
 * variance.
 */
export function whyNotAfresh({ memory, interacts }: SamplerFacts): string | null {
  if (interacts) return "moves its chains as one population";
  return memory ? `keeps ${memory.join(", ")} between steps, which positions do not tell` : null;
}

/** Why a kernel is none of those that move within a mode, by the target alone and from any positions. */
export function whyNotLocal(facts: SamplerFacts): string | null {
  if (facts.crosses) return "moves between modes, and is not local";
  return whyNotAfresh(facts) ?? (facts.needs?.includes("flow") ? "moves by a flow, and is not local" : null);
}

/** Why a kernel is none of those that propose points by a flow, whatever the current ones. */
export function whyNotJump(facts: SamplerFacts): string | null {
  if (!facts.needs?.includes("flow") || !facts.crosses) return "proposes no points by a flow";
  return whyNotAfresh(facts) ?? (facts.tuning ? "takes steps of a size, and is not only a jump" : null);
}
