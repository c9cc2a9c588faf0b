/** Gradient transformations: pairs of pure functions that compose (the idea of Optax, DeepMind 2020). */

import type { z } from "zod";
import type { Expr } from "../ir/expr.js";
import type { ExprRecord } from "../ops/control.js";
import { type Declaration, parseOptions } from "../util/options.js";
import type { FloatTensor } from "../util/tensor.js";

export interface Transform {
  /** State before the first update, for `size` parameters. */
  init(size: number): Record<string, FloatTensor>;
  /** What to add to the parameters, and the next state. Everything stays in the graph. */
  update(gradient: Expr, state: ExprRecord, params: Expr): { update: Expr; state: ExprRecord };
}

/** One after the other: the update of each is the gradient of the next. */
export function chain(...parts: readonly Transform[]): Transform {
  const prefix = (i: number): string => `${i}.`;
  return {
    init: (size) =>
      Object.fromEntries(
        parts.flatMap((part, i) => Object.entries(part.init(size)).map(([name, t]) => [`${prefix(i)}${name}`, t])),
      ),
    update(gradient, state, params) {
      let update = gradient;
      const next: Record<string, Expr> = {};
      for (const [i, part] of parts.entries()) {
        const own = Object.entries(state).filter(([name]) => name.startsWith(prefix(i)));
        const stepped = part.update(
          update,
          Object.fromEntries(own.map(([name, e]) => [name.slice(prefix(i).length), e])),
          params,
        );
        update = stepped.update;
        for (const [name, e] of Object.entries(stepped.state)) next[`${prefix(i)}${name}`] = e;
      }
      return { update, state: next };
    },
  };
}

/** A registered optimizer: options declared once, built into a transform for a run of `steps` updates. */
export interface Optimizer<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options> {
  build(options: z.output<Options>, steps: number): Transform;
}

/** Declare an optimizer; calling it with options, and the length of the run for schedules, gives the transform. */
export function optimizer<Options extends z.ZodObject>(
  declaration: Optimizer<Options>,
): Optimizer<Options> & { make(options?: z.input<Options>, steps?: number): Transform } {
  return {
    ...declaration,
    make: (options, steps = Number.POSITIVE_INFINITY) =>
      declaration.build(parseOptions(`optimizer ${declaration.name}`, declaration.options, options), steps),
  };
}
