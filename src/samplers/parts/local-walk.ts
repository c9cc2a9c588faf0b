/** Local kernels as parts of others: several steps from given positions. */

import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { type ExprRecord, scan } from "../../ops/control.js";
import { mean } from "../../ops/special.js";
import { mapValues } from "../../util/records.js";
import type { Kernel } from "../sampler.js";
import type { Target } from "../target.js";
import { locals } from "./locals.js";

/** Local kernels that are exact; each reports its `acceptance`. */
export type LocalName = "mala" | "hmc" | "random-walk";

export const localOption = z.enum(["mala", "hmc", "random-walk"]).default("mala").describe("kernel of the local moves");

/** A local kernel on a target, with a step size that may be an expression. */
export const localKernel = (name: LocalName, target: Target, stepSize: number | Expr): Kernel =>
  typeof stepSize === "number" ? locals[name](target, { stepSize }) : locals[name](target, {}, { stepSize });

/** Mean acceptance at which a local kernel moves best. */
export const bestAcceptance = (name: LocalName): number => locals[name].tuning!.target;

/** Gradients of `steps` local steps, with the one that starts them. */
export function localGradients(name: LocalName, steps: number): number {
  const { gradients, options } = locals[name];
  return 1 + steps * (gradients(options.parse({}) as never) ?? 1);
}

/**
 * `steps` steps of a kernel begun afresh at `x`: the positions after them and the mean of what it reports, a row each.
 * @param noise that of every step, stacked along a first axis.
 */
export function walk(kernel: Kernel, x: Expr, noise: ExprRecord, steps: number): { x: Expr; info: ExprRecord } {
  const { state, outputs } = scan<string, string, string>(
    { init: kernel.init(x), xs: noise, length: steps },
    (at, drawn) => {
      const { state: next, info } = kernel.step(at, drawn);
      return { state: next, outputs: info };
    },
  );
  return { x: state.x!, info: mapValues(outputs, (values) => mean(values, 0)) };
}
