/**
 * A learned log Z. It is one number whose optimum solves an equation known in closed form, so it needs no optimizer and
 * no parameter group: it lives in the carry, is saved with it, and follows the root of its equation by stochastic
 * approximation (Robbins & Monro 1951). The losses see it as given: at a given log Z, their gradient by the parameters
 * is that of the joint problem, of which this is the other block.
 */

import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, div, mul } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { maximum } from "../../ops/extrema.js";
import { stopGradient } from "../../ops/leaf.js";
import { type Tensor, tensor } from "../../util/tensor.js";
import type { Iteration } from "../objective.js";

export const logZOption = {
  logZRate: z
    .number()
    .gt(0)
    .max(1)
    .default(0.05)
    .describe("rate at which the learned log Z follows; 1 forgets at once"),
};

/** `logZ`, and the number of iterations it has seen. */
export const logZCarry = {
  logZ: { shape: [], dtype: "float32" },
  logZSteps: { shape: [], dtype: "float32" },
} as const satisfies Iteration["carry"];

export const startLogZ = (): Record<keyof typeof logZCarry, Tensor> => ({
  logZ: tensor(Float32Array.of(0), []),
  logZSteps: tensor(Float32Array.of(0), []),
});

/** The next carry: `log Z + max(rate, 1/t) · error`, so that the first iterations are averaged and the start is forgotten. */
export function followLogZ(carry: ExprRecord, error: Expr, rate: number): ExprRecord<keyof typeof logZCarry> {
  const steps = add(carry.logZSteps!, 1);
  const step = mul(maximum(div(1, steps), rate), stopGradient(error));
  return { logZ: add(carry.logZ!, step), logZSteps: steps };
}
