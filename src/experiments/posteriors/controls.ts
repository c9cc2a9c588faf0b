/** Runs that are wrong on purpose: what the suite must not take for right. */

import type { SampleRun } from "../../samplers/driver/sample.js";
import { ula } from "../../samplers/kernels/ula.js";
import { logistic } from "./classes.js";
import type { Posterior } from "./posterior.js";
import { ar1WithoutJacobian } from "./time-series.js";

interface Control {
  readonly posterior: Posterior;
  /** How it differs from a run as it comes. */
  readonly run: Pick<SampleRun<typeof ula.options>, "sampler" | "options" | "thin">;
}

export const controls: Readonly<Record<string, Control>> = {
  // Its variances come out too large by a share of the step, and no warning of chains tells.
  "Langevin without acceptance": { posterior: logistic, run: { sampler: ula, options: { stepSize: 0.03 }, thin: 40 } },
  "Jacobian dropped": { posterior: ar1WithoutJacobian, run: {} },
};
