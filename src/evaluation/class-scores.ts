/** How well a trained model tells the classes of held-out rows. */

import type { RunData } from "../config/prepare.js";
import { classProbabilities } from "../inference/class-probabilities.js";
import type { Learned } from "../inference/learned.js";
import { type Calibration, calibration } from "../metrics/goodness/calibration.js";
import { type Classification, classification } from "../metrics/goodness/classification.js";
import type { Model } from "../objectives/objective.js";
import type { Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";

export interface ClassScores extends Classification {
  readonly calibration: Calibration;
  /** Share of the commonest class among the test rows: the accuracy of who always says it. */
  readonly commonest: number;
  readonly rows: number;
}

/** Numbers drawn to tell a calibration error from chance, about: a second's worth. */
const DRAWN = 2e7;

/** On test rows; `null` where the energy knows no classes or no rows with labels were held out. */
export async function classScores(
  { energy }: Model,
  learned: Learned,
  { test, labels }: RunData,
  key: Key,
  { engine }: Where = {},
): Promise<ClassScores | null> {
  if (!energy.classes || !labels || labels.test.length === 0) return null;
  const { probabilities } = await classProbabilities({ energy, params: learned.energy, engine }, test);
  return scoreClasses({ probabilities, labels: labels.test, key });
}

/** The same of any probabilities. */
export function scoreClasses(judged: Parameters<typeof calibration>[0]): ClassScores {
  const counts = new Map<number, number>();
  for (const k of Array.from(judged.labels)) counts.set(k, (counts.get(k) ?? 0) + 1);
  return {
    ...classification(judged),
    calibration: calibration(judged, {
      simulations: Math.max(99, Math.min(999, Math.round(DRAWN / judged.labels.length))),
    }),
    commonest: Math.max(...counts.values()) / judged.labels.length,
    rows: judged.labels.length,
  };
}
