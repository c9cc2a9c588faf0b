/** The contract of data sets whose density is known: draw points, and ask for the exact log density of any point. */

import type { z } from "zod";
import type { Key } from "../random/key.js";
import { type Declaration, parseOptions } from "../util/options.js";
import type { Rows } from "../util/rows.js";
import type { Shape, Tensor } from "../util/tensor.js";

/** The modes of a distribution, as regions that do not overlap. */
export interface Modes {
  /** Share of the mass that each mode generates. A region's mass equals it up to the overlap of neighbouring modes. */
  readonly weights: readonly number[];
  /** A point of each mode: its mean, or where that is not inside the mode, a typical point. */
  readonly centers: readonly (readonly number[])[];
  /** Region of each point of `(n, ...event)`, by index; −1 outside all of them. */
  assign(x: Rows): Int32Array;
}

/** A distribution that is known exactly. */
export interface Distribution {
  /** Shape of one point, such as `[2]`. */
  readonly event: Shape;
  /** Where its points live: the real numbers unless said. Of discrete points `logDensity` is that of probabilities. */
  readonly support?: { readonly kind: "binary"; readonly values: readonly [low: number, high: number] };
  /** `n` independent points, `(n, ...event)`. A longer draw with the same key begins with the shorter one. */
  draw(key: Key, n: number): Tensor<Float64Array>;
  /**
   * Exact log density in nats, normalised, of the points `(n, ...event)`; −∞ outside the support.
   * @throws ShapeError when the points have another event shape.
   */
  logDensity(x: Rows): Float64Array;
  readonly modes?: Modes;
  /** Lower and upper bound of each coordinate: holds all but 1e-6 of the mass. */
  readonly box: readonly (readonly [number, number])[];
}

export interface DatasetFacts {
  /** Which points it has, as the `support` of its distributions says; real unless said. */
  readonly support?: "binary";
  /**
   * The option that takes relative weights of the modes, a positive number for each in the order of `modes`; or that takes
   * an object for each, with the weight under `key`.
   */
  readonly modeWeights?: { readonly option: string; readonly key?: string };
}

/** A data set: call it with options for a distribution. Its facts are on it. */
export interface Dataset<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options>, DatasetFacts {
  /** @throws InputError naming the option that is wrong. */
  (options?: z.input<Options>): Distribution;
}

/** Declare a data set. */
export function dataset<Options extends z.ZodObject>(
  declaration: Declaration<Options> & DatasetFacts & { build(options: z.output<Options>): Distribution },
): Dataset<Options> {
  const { build, ...facts } = declaration;
  const member = (options?: z.input<Options>): Distribution =>
    build(parseOptions(`dataset ${facts.name}`, facts.options, options));
  // A function's own `name` is read-only to assignment, hence descriptors.
  return Object.defineProperties(member, Object.getOwnPropertyDescriptors(facts)) as Dataset<Options>;
}
