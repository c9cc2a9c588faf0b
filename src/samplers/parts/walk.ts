/** Several steps of a kernel, as a part of something else. */

import type { Expr } from "../../ir/expr.js";
import { type ExprRecord, scan } from "../../ops/control.js";
import { expandDims, reshape, slice } from "../../ops/shape.js";
import { mapValues } from "../../util/records.js";
import type { Transition } from "../sampler.js";

export interface Walked {
  /** The state after the last step. */
  readonly state: ExprRecord;
  /** What every step reports, `(steps, …)`. */
  readonly info: ExprRecord;
}

/**
 * `steps` steps of a kernel from a state; `kernel.init(x)` begins it afresh at positions.
 * @param noise that of every step, stacked along a first axis.
 */
export function walk(kernel: Transition, from: ExprRecord, noise: ExprRecord, steps: number): Walked {
  const step = (at: ExprRecord, drawn: ExprRecord): { state: ExprRecord; outputs: ExprRecord } => {
    const { state, info } = kernel.step(at, drawn);
    return { state, outputs: info };
  };
  if (steps === 1) {
    const { state, outputs } = step(from, mapValues(noise, firstOf));
    return { state, info: mapValues(outputs, (values) => expandDims(values, 0)) };
  }
  const { state, outputs } = scan<string, string, string>({ init: from, xs: noise, length: steps }, step);
  return { state, info: outputs };
}

/** The kernel, which reports the positions after its step as well, `x (chains, ...event)`. */
export const reportingPositions = ({ init, step }: Transition): Transition => ({
  init,
  step(at, drawn) {
    const { state, info } = step(at, drawn);
    return { state, info: { ...info, x: state.x! } };
  },
});

const firstOf = (e: Expr): Expr => reshape(slice(e, 0, 0, 1), e.shape.slice(1));
