/** What a metric is: a pure function of host arrays with its name, source and options on it. */

import type { z } from "zod";
import { type Declaration, parseOptions } from "../util/options.js";

/**
 * A number with its uncertainty.
 * `standardError` is one standard deviation of `value` over repetitions, `interval` holds the truth 95 times in 100.
 * Either is `null` where the data cannot tell: an exact sum, a single chain, a constant.
 */
export interface Estimate {
  readonly value: number;
  readonly standardError: number | null;
  readonly interval: readonly [low: number, high: number] | null;
}

/** What a metric is computed of; metrics of one kind take records with the same field names. */
export type MetricKind =
  | "chains"
  | "log-weights"
  | "log-ratios"
  | "path"
  | "samples"
  | "two-samples"
  | "grid"
  | "pair"
  | "estimates"
  | "classes"
  | "scores";

/** A metric as it is declared. */
export interface MetricDeclaration<Input, Options extends z.ZodObject, Output> extends Declaration<Options> {
  /** Author (year), title. */
  readonly cite: string;
  readonly of: MetricKind;
  /** Must neither keep nor change `input`. */
  compute(input: Input, options: z.output<Options>): Output;
}

/** The options argument: left out where every option has a default. */
export type OptionArguments<Options extends z.ZodObject> =
  Record<never, never> extends z.input<Options> ? [options?: z.input<Options>] : [options: z.input<Options>];

/** A metric as it is used: call it; its facts are on it. */
export interface Metric<Input, Options extends z.ZodObject, Output> extends Declaration<Options> {
  (input: Input, ...options: OptionArguments<Options>): Output;
  readonly name: string;
  readonly cite: string;
  readonly of: MetricKind;
}

/**
 * Turn a declaration into a callable `(input, options?) → output`.
 * Calling it throws `InputError` for an option that is unknown or out of bounds.
 */
export function metric<Input, Options extends z.ZodObject, Output>(
  declaration: MetricDeclaration<Input, Options, Output>,
): Metric<Input, Options, Output> {
  const { name, about, cite, of, options, compute } = declaration;
  const call = (input: Input, ...given: OptionArguments<Options>): Output =>
    compute(input, parseOptions(`metric ${name}`, options, given[0]));
  // A function's own `name` cannot be assigned, only redefined.
  const facts = { name, about, cite, of, options };
  for (const [key, value] of Object.entries(facts)) Object.defineProperty(call, key, { value, enumerable: true });
  return call as typeof call & typeof facts;
}
