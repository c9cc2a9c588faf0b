/** Samplers: Markov kernels as pure functions, with their randomness declared and drawn by the host. */

import type { z } from "zod";
import { type Capability, whyNot } from "../energies/needs.js";
import type { PointKind } from "../energies/support.js";
import type { Expr } from "../ir/expr.js";
import type { ExprRecord } from "../ops/control.js";
import type { NoiseSpecs } from "../random/noise.js";
import { InputError } from "../util/errors.js";
import { callable, type Declaration, parseOptions } from "../util/options.js";
import type { Frame, Target } from "./target.js";

/** What a step makes of a state. */
export interface Moved {
  readonly state: ExprRecord;
  readonly info: ExprRecord;
  /** Where it would have gone, `(chains, ...event)`, from a kernel that takes one proposal a step or stays. */
  readonly proposed?: Expr;
}

/**
 * One transition of all chains. The state always holds the positions as `x (chains, ...event)`; what it calls `energy` is
 * the energy there, and what it calls `gradient` the gradient of the energy.
 */
export interface Transition {
  /** The state at positions, with everything the kernel caches computed afresh and its memory as a chain begins with it. */
  init(x: Expr): ExprRecord;
  /**
   * `info` holds one number a chain. Names that mean the same everywhere: `…cceptance` a probability of acceptance,
   * `hamiltonian` the total energy a trajectory starts from, `divergent` 1 where an integrator lost its
   * energy, `gradients` how many gradients a step took where that varies, `idle` the share of them that was only
   * waiting for other chains.
   */
  step(state: ExprRecord, noise: ExprRecord): Moved;
}

/** A transition with the randomness of one step, by name. */
export interface Kernel extends Transition {
  readonly noise: NoiseSpecs;
}

/**
 * Options in which a number may also be an expression: a step size under adaptation, a scalar or one a chain,
 * `(chains, 1, …)`. What is built of a local kernel sets its option `stepSize`, where it has one.
 */
export type Tunable<Options> = {
  readonly [K in keyof Options]: Options[K] extends number ? number | Expr : Options[K];
};

/**
 * Which option a warm-up tunes, for each chain, and towards what mean of which `info`. The option then is an expression
 * `(chains, 1, …)`, of as many axes as the positions have.
 */
export interface Tuning {
  readonly option: string;
  readonly info: string;
  readonly target: number;
  /** Options of a step that only tries a size: as short as a step can be. */
  readonly trial?: Readonly<Record<string, unknown>>;
  /** The info that is 1 where a step failed: where any does, the target is drawn three quarters of the way to 1. Of thinned draws it is 1 where any step did. */
  readonly failure?: string;
}

/** How a warm-up may learn the scale of the coordinates: not at all, one standard deviation each, or their covariance. */
export type EuclideanMetric = "unit" | "diagonal" | "dense";

export interface SamplerFacts {
  /** Whether one step leaves `p` invariant, with the options it has unless told otherwise and any step size. */
  readonly exact: boolean;
  /** Left out when nothing is tuned. */
  readonly tuning?: Tuning;
  /** What a warm-up learns of the coordinates' scales unless told otherwise; `unit` where left out. */
  readonly metric?: EuclideanMetric;
  /** Which points it moves: real unless said; any where the energy itself draws them. */
  readonly support?: PointKind;
  /** What it needs beside an energy's values. */
  readonly needs?: readonly Capability[];
  /** Names of the state that no positions determine: momenta, replicas. The rest of the state is a cache of `x`. */
  readonly memory?: readonly string[];
  /** Meant to cross between far modes: by a proposal that covers them, from noise, or over temperatures. */
  readonly crosses?: true;
  /** A step draws afresh, whatever the state was: it needs no warm-up, and draws no steps between them. */
  readonly forgets?: true;
  /** The chains are one population that moves together, not independent repetitions. */
  readonly interacts?: true;
}

/** A transition from a target, checked options, and expressions that replace tuned options. */
type Build<Options> = (target: Target, options: Tunable<Options>) => Transition;

export interface Sampler<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options>, SamplerFacts {
  /** @throws InputError naming the option that is wrong, or what the target lacks. */
  (target: Target, options?: z.input<Options>, tuned?: Readonly<Record<string, Expr>>): Kernel;
  /** The randomness of one step: no density is evaluated to know it. @throws InputError as the kernel does. */
  noise(frame: Frame, options?: z.input<Options>): NoiseSpecs;
  /** Gradient evaluations of one step, or `null` where the kernel counts them itself as `info.gradients`. */
  gradients(options: z.output<Options>): number | null;
  /** Whether one step leaves `p` invariant with these options. */
  exactWith(options: z.output<Options>): boolean;
}

/** Declare a sampler. */
export function sampler<Options extends z.ZodObject>(
  declaration: Declaration<Options> &
    SamplerFacts & {
      /** Names, laws and shapes; a tuned option changes none. */
      noise(frame: Frame, options: z.output<Options>): NoiseSpecs;
      kernel: Build<z.output<Options>>;
      /** One unless said. */
      gradients?: (options: z.output<Options>) => number | null;
      /** As `exact` unless said. */
      exactWith?: (options: z.output<Options>) => boolean;
    },
): Sampler<Options> {
  const { kernel, noise, gradients = () => 1, exactWith = () => declaration.exact, ...facts } = declaration;
  const optionsFor = (frame: Frame, options?: z.input<Options>): z.output<Options> => {
    const obstacle = whyNot(facts, frame);
    if (obstacle) throw new InputError(`sampler ${facts.name}: ${obstacle}`);
    return parseOptions(`sampler ${facts.name}`, facts.options, options);
  };
  return callable(
    (target: Target, options?: z.input<Options>, tuned: Readonly<Record<string, Expr>> = {}): Kernel => {
      const parsed = optionsFor(target, options);
      // A tuned option is an expression of the same meaning as the number it replaces.
      const built = kernel(target, { ...parsed, ...tuned } as Tunable<z.output<Options>>);
      return { ...built, noise: noise(target, parsed) };
    },
    {
      ...facts,
      noise: (frame: Frame, options?: z.input<Options>) => noise(frame, optionsFor(frame, options)),
      gradients,
      exactWith,
    },
  );
}
