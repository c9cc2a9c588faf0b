/** How a flow is declared: options once, the parts made from them, and from those a flow or a flow for each context. */

import type { z } from "zod";
import { InputError } from "../util/errors.js";
import { callable, type Declaration, parseOptions } from "../util/options.js";
import type { Shape } from "../util/tensor.js";
import { type ConditionalFlow, type FlowParts, makeConditionalFlow } from "./conditional-flow.js";
import type { Flow } from "./flow.js";

export interface FlowDeclaration<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options> {
  /** @throws InputError naming the option that is wrong, or when points are not vectors. */
  (options: z.input<Options>, event: Shape): Flow;
  /**
   * The same flow of points whose networks also read a context of k numbers; with k = 0 it is the plain one.
   * @throws InputError as the flow does, and unless k is a whole number from 0.
   */
  conditional(options: z.input<Options>, event: Shape, k: number): ConditionalFlow;
}

/** Declare a flow. `parts` makes a base and bijectors for points of d coordinates and contexts of k numbers. */
export function flow<Options extends z.ZodObject>(
  declaration: Declaration<Options> & { parts(options: z.output<Options>, d: number, k: number): FlowParts },
): FlowDeclaration<Options> {
  const { parts, ...facts } = declaration;
  const conditional = (options: z.input<Options>, event: Shape, k: number): ConditionalFlow => {
    if (event.length !== 1)
      throw new InputError(`flow ${facts.name}: points must be vectors, got event shape (${event.join(", ")})`);
    if (!Number.isSafeInteger(k) || k < 0)
      throw new InputError(`flow ${facts.name}: a context has a whole number of numbers, from 0; got ${k}`);
    const parsed = parseOptions(`flow ${facts.name}`, facts.options, options);
    return makeConditionalFlow(event[0]!, k, parts(parsed, event[0]!, k));
  };
  return callable((options: z.input<Options>, event: Shape) => conditional(options, event, 0).given(), {
    ...facts,
    conditional,
  });
}
