/** A session followed to its end. */

import type { TrainingSession } from "./session.js";
import type { TrainState } from "./trainer.js";

/** Called after every step; the training waits, and ends early where the answer is `false`. */
export type AfterStep = (
  step: number,
  metrics: Readonly<Record<string, number>>,
  state: TrainState,
) => unknown | Promise<unknown>;

/** Step until a session is finished, or told to end; returns the session. */
export async function runSession<Session extends TrainingSession>(
  session: Session,
  after?: AfterStep,
): Promise<Session> {
  while (session.at().stage !== "finished") {
    const metrics = await session.step();
    const { stage, step } = session.at();
    if (metrics && stage !== "pretraining" && step > 0 && (await after?.(step, metrics, session.state())) === false)
      break;
  }
  return session;
}
