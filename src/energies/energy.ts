/** Energies: functions from points to numbers, with `p(x) ∝ exp(−E(x))` everywhere, never flipped. */

import type { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { emptyLayout, type Layout } from "../nn/layout.js";
import { input } from "../ops/leaf.js";
import type { Key } from "../random/key.js";
import { ShapeError } from "../util/errors.js";
import { callable, type Declaration, parseOptions } from "../util/options.js";
import { type FloatTensor, type Shape, sameShape, showShape } from "../util/tensor.js";

/** An energy whose parameters, if any, are already given: `(batch, ...event) → (batch)`. */
export type EnergyFunction = (x: Expr) => Expr;

/** What is known of an energy without estimating it. */
export interface ExactFacts {
  /** `log ∫ exp(−E)`. */
  readonly logZ: number;
  /** `n` independent points `(n, ...event)`. */
  sample?(key: Key, n: number): FloatTensor;
}

/** An energy: `E(x, params)`, where `params` is one flat vector with a layout. */
export interface Energy {
  /** `(batch, ...event) → (batch)`. @throws ShapeError when the points or the parameters have another shape. */
  (x: Expr, params?: Expr): Expr;
  /** Shape of one point. */
  readonly event: Shape;
  readonly layout: Layout;
  /** Starting parameters; rows of data `(n, ...event)` may inform them. */
  init(key: Key, data?: FloatTensor): Float32Array;
  readonly exact?: ExactFacts;
}

export interface EnergyParts {
  readonly event: Shape;
  readonly layout?: Layout;
  readonly init?: (key: Key, data?: FloatTensor) => Float32Array;
  readonly energy: (x: Expr, params: Expr) => Expr;
  readonly exact?: ExactFacts;
}

/** Make an energy from its parts; shapes are checked at every call. */
export function makeEnergy({ event, layout = emptyLayout, init, energy, exact }: EnergyParts): Energy {
  const call = (x: Expr, params?: Expr): Expr => {
    if (!sameShape(x.shape.slice(1), event))
      throw new ShapeError(`energy: points have shape ${showShape(x.shape)}, expected (batch, ${event.join(", ")})`);
    if (layout.size > 0 && params === undefined)
      throw new ShapeError(`energy: ${layout.size} parameters are needed and none were given`);
    if (params && !sameShape(params.shape, [layout.size]))
      throw new ShapeError(`energy: parameters have shape ${showShape(params.shape)}, expected (${layout.size})`);
    const value = energy(x, params ?? noParameters(x));
    if (!sameShape(value.shape, [x.shape[0]!]))
      throw new ShapeError(`energy: returned ${showShape(value.shape)}, expected one number a point, (${x.shape[0]})`);
    return value;
  };
  return callable(call, {
    event,
    layout,
    init: init ?? (() => new Float32Array(layout.size)),
    ...(exact ? { exact } : {}),
  });
}

const noParameters = (x: Expr): Expr => input("no parameters", [0], x.dtype);

/** What a registered energy may build on. */
export interface EnergyContext {
  /** Shape of one point. */
  readonly event: Shape;
  /** A normalised density fitted to the data, for energies that tilt one. */
  readonly base?: Energy;
}

export interface EnergyDeclaration<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options> {
  /** @throws InputError naming the option that is wrong. */
  (options: z.input<Options>, context: EnergyContext): Energy;
}

/** Declare an energy. */
export function energy<Options extends z.ZodObject>(
  declaration: Declaration<Options> & { build(options: z.output<Options>, context: EnergyContext): Energy },
): EnergyDeclaration<Options> {
  const { build, ...facts } = declaration;
  return callable(
    (options: z.input<Options>, context: EnergyContext) =>
      build(parseOptions(`energy ${facts.name}`, facts.options, options), context),
    facts,
  );
}
