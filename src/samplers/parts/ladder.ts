/** Ladders of inverse temperatures for parallel tempering, from the target at 1 down. */

import { z } from "zod";
import { InputError } from "../../util/errors.js";

/**
 * `levels` inverse temperatures: 1 to `hottest` in equal ratios, then 0, the base itself. Two levels are 1 and 0.
 */
export const geometricLadder = (levels: number, hottest: number): number[] =>
  Array.from({ length: levels }, (_, i) => (i === levels - 1 ? 0 : i === 0 ? 1 : hottest ** (i / (levels - 2))));

/** Why numbers are no ladder; `null` when they are one. */
export function whyNoLadder(betas: readonly number[]): string | null {
  if (betas.length < 2) return `at least two inverse temperatures are needed, got ${betas.length}`;
  if (betas[0] !== 1) return `they begin at 1, the target, and the first is ${betas[0]}`;
  const wrong = betas.findIndex((b, i) => i > 0 && !(b < betas[i - 1]! && b >= 0));
  return wrong < 0 ? null : `they fall and end at 0 or above, and ${betas[wrong]} follows ${betas[wrong - 1]}`;
}

/** A ladder as an option: a list, or a name for one that the number of levels decides. */
export const ladderOption = <Name extends string>(name: Name) =>
  z.union([
    z.literal(name),
    z.array(z.number()).superRefine((betas, context) => {
      const fault = whyNoLadder(betas);
      if (fault) context.addIssue({ code: "custom", message: `inverse temperatures: ${fault}` });
    }),
  ]);

/**
 * The ladder of as many levels, with the same ends, on which neighbours would be refused equally often. The rejections
 * summed from level to level estimate the communication barrier `Λ(β)`; the new levels cut it into equal parts, with
 * Λ taken as linear between the old ones. Repeat with fresh rejections until it stands still.
 * @param rejections one a pair of neighbours, `1 −` the mean `swapAcceptance.i`.
 * @throws InputError when the numbers are no ladder, or not one rejection a pair.
 * Source: Syed, Bouchard-Côté, Deligiannidis & Doucet (2022), Non-reversible parallel tempering, section 5.
 */
export function adaptLadder(betas: readonly number[], rejections: readonly number[]): number[] {
  const fault = whyNoLadder(betas);
  if (fault) throw new InputError(`adaptLadder: ${fault}`);
  if (rejections.length !== betas.length - 1)
    throw new InputError(
      `adaptLadder: ${betas.length} levels have ${betas.length - 1} pairs, got ${rejections.length}`,
    );
  const bad = rejections.findIndex((r) => !(r >= 0 && r <= 1));
  if (bad >= 0) throw new InputError(`adaptLadder: rejection ${bad} is ${rejections[bad]}, expected 0 to 1`);
  const barrier = [0];
  for (const r of rejections) barrier.push(barrier.at(-1)! + r);
  const total = barrier.at(-1)!;
  if (total === 0) return [...betas];
  return betas.map((beta, level) => {
    if (level === 0 || level === betas.length - 1) return beta;
    const wanted = (total * level) / (betas.length - 1);
    const above = barrier.findIndex((b) => b >= wanted);
    const share = (wanted - barrier[above - 1]!) / (barrier[above]! - barrier[above - 1]!);
    return betas[above - 1]! + share * (betas[above]! - betas[above - 1]!);
  });
}
