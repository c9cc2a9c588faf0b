/** Estimators of log Z: what each asks of a model, and what it answers, with its error and when not to believe it. */

import type { z } from "zod";
import { type Needs, whyNot } from "../energies/needs.js";
import { tooWide } from "../metrics/log-z/agreement.js";
import type { Span } from "../metrics/log-z/quadrature.js";
import { atLeast } from "../metrics/log-z/rounding.js";
import type { Estimate } from "../metrics/metric.js";
import type { Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import type { SampleTarget } from "../samplers/driver/block.js";
import { InputError } from "../util/errors.js";
import { callable, type Declaration, parseOptions } from "../util/options.js";
import type { FloatTensor } from "../util/tensor.js";

/** What log Z is estimated of: an energy with its parameters, and what helps to know it. */
export interface EstimatedModel extends SampleTarget, Where {
  /** Draws of the model `(chains, draws, ...event)`, none of which the flow was fitted to. */
  readonly chains?: FloatTensor | undefined;
  /** Rows of data `(n, ...event)`. */
  readonly rows?: FloatTensor | undefined;
  /** Where the mass lies, for quadrature; grown where it does not hold all of it. */
  readonly box?: Span | undefined;
}

export interface LogZ {
  /** In nats; a standard error of 0 is that of an exact number, and no other is below the rounding of the energies. */
  readonly logZ: Estimate;
  /** Degrees of freedom of the standard error; `null` where it is no average of few. */
  readonly degrees: number | null;
  /**
   * Independent estimates of log Z whose exponentials, of a lower bound, or those of their negatives, of an upper one, are
   * unbiased: what they prove holds whatever their law. Left out where there are none, `null` where the draws are not
   * those that it takes.
   */
  readonly parts?: readonly number[] | null;
  /** Draws that carry the estimate; `null` where it is no average. */
  readonly ess: number | null;
  /** Why it is not to be trusted as log Z; `null` when nothing speaks against it. */
  readonly note: string | null;
  /** What it is made of, in a few words: `10000 draws of the flow, Pareto k 0.21`. */
  readonly from: string;
}

/** What a member answers. */
export interface RoundedLogZ extends LogZ {
  /** Nats that rounding may have moved it by, as `roundingOf` tells; 0 in double precision. */
  readonly rounding: number;
}

export interface EstimatorFacts extends Needs {
  readonly cite: string;
  /** Whether it is below or above log Z in expectation. */
  readonly bound?: "lower" | "upper";
  /** How it is wrong beyond its error, to follow its name: `is too low where the proposal misses a mode`. */
  readonly trap: string;
}

export interface Estimator<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options>, EstimatorFacts {
  readonly cite: string;
  /** @throws InputError for a wrong option or a model it does not apply to. @throws NumericError where it fails. */
  (model: EstimatedModel, key: Key, options?: z.input<Options>): Promise<LogZ>;
  /** What the model lacks, in words; `null` when it applies. */
  whyNot(model: EstimatedModel): string | null;
  /** Why it is passed over where nobody names it, though it applies; `null` when it is not. */
  unlessNamed(model: EstimatedModel): string | null;
}

/** Declare an estimator. */
export function estimator<Options extends z.ZodObject>(
  declaration: Declaration<Options> &
    EstimatorFacts & {
      /** What else speaks against it, where that takes a look at the model. */
      limit?(model: EstimatedModel): string | null;
      /** Why it is not worth its time, unless it is asked for by name. */
      unlessNamed?(model: EstimatedModel): string | null;
      estimate(model: EstimatedModel, options: z.output<Options>, key: Key): Promise<RoundedLogZ>;
    },
): Estimator<Options> {
  const { estimate, limit = () => null, unlessNamed = () => null, support = "any", ...facts } = declaration;
  const obstacleTo = (model: EstimatedModel): string | null =>
    whyNot({ ...facts, support }, { ...model.energy, flow: model.flow, rows: model.rows, chains: model.chains }) ??
    limit(model);
  return callable(
    async (model: EstimatedModel, key: Key, options?: z.input<Options>) => {
      const obstacle = obstacleTo(model);
      if (obstacle) throw new InputError(`estimator ${facts.name}: ${obstacle}`);
      const parsed = parseOptions(`estimator ${facts.name}`, facts.options, options);
      const { rounding, ...found } = await estimate(model, parsed, key);
      const logZ = atLeast(found.logZ, rounding);
      // What rounding leaves in doubt is no average of few.
      return { ...found, logZ, degrees: logZ === found.logZ ? found.degrees : null, note: found.note ?? tooWide(logZ) };
    },
    { ...facts, support, whyNot: obstacleTo, unlessNamed },
  );
}
