/** A step size that follows the mean acceptance of the chains while they train a model. */

import { z } from "zod";
import type { Expr, Operand } from "../../ir/expr.js";
import type { TensorType } from "../../ir/type.js";
import { add, exp, mul, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import type { KernelChoice } from "../../samplers/roles/kernel-option.js";
import { bestAcceptance } from "../../samplers/roles/local.js";
import { type Tensor, tensor } from "../../util/tensor.js";
import type { TrainingMetrics } from "../training-metric.js";

/** Rate at which the step size follows the acceptance of an iteration of few moves: its average over several. */
const SLOW = 0.05;

/** The same where an iteration's own mean, of many moves, is followed before the density has changed by much. */
const FAST = 0.5;

export const acceptanceOption = z
  .number()
  .gt(0)
  .lt(1)
  .nullable()
  .default(null)
  .describe("the mean acceptance that it follows; null: at which the local kernel moves best, 0.574 for mala");

export const adaptationOptions = {
  adapt: z.boolean().default(false).describe("whether the step size follows the acceptance"),
  acceptance: acceptanceOption,
};

/** `log ε` after an iteration in which so many moves were accepted; of a kernel that refuses none, the same. */
export const followed = (logStep: Expr, acceptance: Expr | undefined, goal: number, rate = SLOW): Expr =>
  acceptance ? add(logStep, mul(rate, sub(acceptance, goal))) : logStep;

export const goalOf = ({ local, acceptance }: { local: KernelChoice; acceptance: number | null }): number =>
  acceptance ?? bestAcceptance(local);

export const stepSizeMetrics: TrainingMetrics = {
  stepSize: {
    about: "ε, the step size of the local moves, where it adapts.",
    unit: "squared length",
    label: "step size",
    figure: { title: "Step size", log: true },
  },
};

/** Parts of an iteration by the same names. */
export interface StepSize {
  readonly carry: Readonly<Record<string, TensorType>>;
  start(): Record<string, Tensor>;
  /** ε at an iteration. */
  at(carry: ExprRecord): Operand;
  /** After an iteration, `log ε ← log ε + 0.5 (acceptance − goal)`. */
  follow(carry: ExprRecord, acceptance: Expr | undefined): { carry: ExprRecord; metrics: ExprRecord };
}

export function stepSizeOf(options: {
  readonly local: KernelChoice;
  readonly stepSize: number;
  readonly adapt: boolean;
  readonly acceptance: number | null;
}): StepSize {
  const { stepSize, adapt } = options;
  if (!adapt) return { carry: {}, start: () => ({}), at: () => stepSize, follow: () => ({ carry: {}, metrics: {} }) };
  return {
    carry: { logStep: { shape: [], dtype: "float32" } },
    start: () => ({ logStep: tensor(Float32Array.of(Math.log(stepSize)), []) }),
    at: ({ logStep }) => exp(logStep!),
    follow: ({ logStep }, acceptance) => ({
      carry: { logStep: followed(logStep!, acceptance, goalOf(options), FAST) },
      metrics: { stepSize: exp(logStep!) },
    }),
  };
}
