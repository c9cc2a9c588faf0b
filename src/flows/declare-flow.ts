/** How a flow is declared: options once, the parts made from them, and from those a flow or a flow for each context. */

import type { z } from "zod";
import type { Usual } from "../energies/energy.js";
import type { Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { callable, type Declaration, parseOptions } from "../util/options.js";
import type { FloatTensor, Shape } from "../util/tensor.js";
import { type ConditionalFlow, type FlowParts, makeConditionalFlow } from "./conditional-flow.js";
import { type EventKind, type Events, isOfKind, refusal } from "./event-kind.js";
import type { Flow } from "./flow.js";

/** What a flow may know of where it is meant, and how it starts. */
export interface FlowFacts<Options extends z.ZodObject = z.ZodObject> {
  /** Unless it reads contexts: it has no network that would. */
  readonly contextless?: true;
  /** Where it is the flow that is meant, and with which options. */
  readonly usual?: Usual;
  /** Whether with these options it is a fit to the rows as it starts, so that it can be a base without being trained. */
  startsFitted?(options: z.output<Options>): boolean;
  /** Nothing of it is trained: it stays what it starts as. */
  readonly fixed?: true;
  /** The same options with those that nobody has given chosen by the rows `(n, d)`. */
  settle?(options: z.output<Options>, rows: FloatTensor, key: Key): z.output<Options>;
}

export interface FlowDeclaration<Options extends z.ZodObject = z.ZodObject>
  extends Declaration<Options>,
    FlowFacts<Options> {
  /** Which points it takes. */
  readonly eventKind: EventKind;
  /** @throws InputError naming the option that is wrong, or when it does not take points of that shape. */
  (options: z.input<Options>, event: Shape): Flow;
  /**
   * The same flow of points whose networks also read a context of k numbers; with k = 0 it is the plain one.
   * @throws InputError as the flow does, unless k is a whole number from 0, and for a context that it does not read.
   */
  conditional(options: z.input<Options>, event: Shape, k: number): ConditionalFlow;
}

/** Declare a flow. `parts` makes a base and bijectors for points of a shape and contexts of k numbers. */
export function flow<Options extends z.ZodObject, Kind extends EventKind>(
  declaration: Declaration<Options> &
    FlowFacts<Options> & {
      readonly eventKind: Kind;
      parts(options: z.output<Options>, event: Events[Kind], k: number): FlowParts;
    },
): FlowDeclaration<Options> {
  const { parts, ...facts } = declaration;
  const kind: Kind = facts.eventKind;
  const conditional = (options: z.input<Options>, event: Shape, k: number): ConditionalFlow => {
    if (!isOfKind(kind, event))
      throw new InputError(refusal(facts.name, kind, event, "ebbflow list flows says which take others"));
    if (!Number.isSafeInteger(k) || k < 0)
      throw new InputError(`flow ${facts.name}: a context has a whole number of numbers, from 0; got ${k}`);
    if (k > 0 && facts.contextless)
      throw new InputError(`flow ${facts.name}: reads no context, so it is the same for all; take another flow`);
    const parsed = parseOptions(`flow ${facts.name}`, facts.options, options);
    return makeConditionalFlow(event, k, parts(parsed, event, k));
  };
  return callable((options: z.input<Options>, event: Shape) => conditional(options, event, 0).given(), {
    ...facts,
    conditional,
  });
}
