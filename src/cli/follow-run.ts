/** A run under way: shown, interrupted, and its end told. */

import type { RunConfig } from "../config/config.js";
import { trains } from "../config/what-is-trained.js";
import type { RunOutcome } from "../run/execute.js";
import { launchRun } from "../run/launch.js";
import { openRun } from "../run/open.js";
import { openRunDirectory } from "../store/run-directory.js";
import { NumericError } from "../util/errors.js";
import { exitCodes } from "./exit-codes.js";
import { dieOfInterrupt, onInterrupt } from "./interrupt.js";
import { showProgress } from "./progress.js";
import { tellSummary } from "./tell-summary.js";
import { printJson, quote, say } from "./terminal.js";
import { askAsRun } from "./with-engine.js";

/** Flags that train more slowly than a configuration does. */
export function slowerFlags(config: RunConfig): string {
  const group = trains(config, "energy") ? "energy" : "flow";
  const { learningRate } = config.optimizer[group] as unknown as { readonly learningRate: number };
  const slower = Number((learningRate / 10).toPrecision(2));
  return `--set optimizer.${group}.learningRate=${slower}${config.onDivergence === "stop" ? ", or --on-divergence rollback" : ""}`;
}

export interface FollowOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Train or continue the run in a folder and tell what came of it; returns the exit code. */
export async function followRun(path: string, { quiet = false, json = false }: FollowOptions): Promise<number> {
  askAsRun(openRunDirectory(path));
  const progress = showProgress(process.stderr, quiet);
  let evaluating = false;
  const running = launchRun(path, (event) => {
    if (event.type === "stage") evaluating = event.stage === "evaluating";
    progress.event(event);
  });
  const ignore = onInterrupt(
    () => {
      // Nothing of an evaluation is kept until its end, and its parts may take long.
      if (evaluating) {
        progress.say(`stopped in the evaluation, every step is saved; go on with: ebbflow resume ${quote(path)}`);
        dieOfInterrupt();
      }
      progress.say("stopping after this step; Ctrl-C again ends at once");
      running.stop();
    },
    () => {
      progress.say(`ended at once; what is saved continues with: ebbflow resume ${quote(path)}`);
      dieOfInterrupt();
    },
  );
  let outcome: RunOutcome;
  try {
    outcome = await running.outcome;
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    throw new NumericError(`${error.message}. A smaller step may help: ${slowerFlags(openRun(path).config)}`);
  } finally {
    ignore();
    progress.end();
  }
  if (outcome.summary === null) {
    if (json) printJson({ run: path, step: outcome.step, finished: false, summary: null });
    say(`stopped after step ${outcome.step}; go on with: ebbflow resume ${quote(path)}`);
    return exitCodes.interrupted;
  }
  tellSummary(openRun(path), outcome.summary, { json, quiet });
  return 0;
}
