/** Energies: functions from points to numbers, with `p(x) ∝ exp(−E(x))` everywhere, never flipped. */

import type { z } from "zod";
import type { Expr, Operand } from "../ir/expr.js";
import { emptyLayout, type Layout } from "../nn/layout.js";
import type { ExprRecord } from "../ops/control.js";
import { input, scalar } from "../ops/leaf.js";
import type { Key } from "../random/key.js";
import type { NoiseSpec } from "../random/noise.js";
import { InputError, ShapeError } from "../util/errors.js";
import { callable, type Declaration, parseOptions } from "../util/options.js";
import { type FloatTensor, type ImageShape, type Shape, sameShape, showShape } from "../util/tensor.js";
import { type Capability, whyNot } from "./needs.js";
import { expectSupport, type PointKind, real, type Support } from "./support.js";

/** An energy whose parameters, if any, are already given: `(batch, ...event) → (batch)`. */
export type EnergyFunction = (x: Expr) => Expr;

/** What is known of an energy without estimating it. */
export interface ExactFacts {
  /** `log ∫ exp(−E)`. */
  readonly logZ: number;
  /** `n` independent points `(n, ...event)`. */
  sample?(key: Key, n: number): FloatTensor;
}

/**
 * How an energy's coordinates are drawn anew in blocks given the others, at an inverse temperature β: Gibbs sampling.
 * β is a number, a scalar, or one number a chain `(n)`.
 * The tempered law need not be `exp(−βE)`: a machine with hidden units tempers the joint law of visible and hidden.
 */
export interface Blocks<Params = Expr> {
  /** The law at β is `exp(−βE)`. */
  readonly scales?: true;
  /** The randomness of one sweep of `n` chains. */
  noise(n: number): Readonly<Record<string, NoiseSpec>>;
  /** Every block once, each from its conditional law at β: `(n, ...event) → (n, ...event)`. Leaves `exp(−tempered)` invariant. */
  sweep(x: Expr, noise: ExprRecord, params: Params, beta: Operand): Expr;
  /** Energy `(n)` of the law at β; at β = 1 it is `E`, at β = 0 a constant on a discrete support. */
  tempered(x: Expr, params: Params, beta: Operand): Expr;
}

/** An energy of points and their classes `0 … count − 1` together. */
export interface Classes<Params = Expr> {
  readonly count: number;
  /**
   * `E(x, y)` of every class y, `(batch, ...event) → (batch, count)`, up to one constant: `E(x) = −log Σ_y exp(−E(x, y))`,
   * and `p(y | x)` is the softmax of `−E(x, ·)`.
   */
  energies(x: Expr, params: Params): Expr;
}

/** What an energy is over a normalised density that it reweights: `p(x) ∝ base(x) exp(−E(x))`. */
export interface Tilting<Params = Expr> {
  readonly base: Energy;
  /** Where the parameters of the base, which are not learned, lie among those of the energy. */
  readonly baseParams: readonly [from: number, to: number];
  /** `E(x)` alone, `(batch, ...event) → (batch)`, at the parameters of the whole. */
  energy(x: Expr, params: Params): Expr;
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
  /** Where its points live. */
  readonly support: Support;
  /** How its coordinates are drawn given the others, where their conditional laws are known. */
  readonly blocks?: Blocks;
  /** Energy `(batch)` of the density smoothed by `N(0, σ² I)`, up to a constant; `sigma` a number, a scalar or `(batch)`. */
  smoothed?(x: Expr, sigma: Operand, params?: Expr): Expr;
  /** Smallest and largest noise level at which `smoothed` is learned; at the smallest it is the energy itself. */
  readonly noiseLevels?: readonly [smallest: number, largest: number];
  /** What it knows of classes, where its points have them. */
  readonly classes?: Classes<Expr | undefined>;
  /** What it tilts, where it is made so. */
  readonly tilting?: Tilting<Expr | undefined>;
  /** `log ∫ exp(−E)` at given parameters, a scalar with derivatives by them. @throws ShapeError as the energy does. */
  logZ?(params?: Expr): Expr;
  /** `log ∫ exp(−E)` at given parameters by a sum on the host, in double precision: seconds, or minutes. */
  exactLogZ?(params: ArrayLike<number>): number;
}

export interface EnergyParts {
  readonly event: Shape;
  readonly layout?: Layout;
  readonly init?: (key: Key, data?: FloatTensor) => Float32Array;
  readonly energy: (x: Expr, params: Expr) => Expr;
  readonly exact?: ExactFacts;
  readonly support?: Support;
  readonly blocks?: Blocks;
  readonly smoothed?: (x: Expr, sigma: Operand, params: Expr) => Expr;
  readonly noiseLevels?: readonly [smallest: number, largest: number];
  readonly classes?: Classes;
  readonly tilting?: Tilting;
  /** Left out where `exact` knows it whatever the parameters are. */
  readonly logZ?: (params: Expr) => Expr;
  readonly exactLogZ?: (params: ArrayLike<number>) => number;
}

/** Make an energy from its parts; shapes are checked at every call. */
export function makeEnergy(parts: EnergyParts): Energy {
  const {
    event,
    layout = emptyLayout,
    init,
    energy,
    exact,
    support = real,
    blocks,
    smoothed,
    classes,
    tilting,
  } = parts;
  expectSupport("energy", support, event);
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
    support,
    ...(exact ? { exact } : {}),
    ...(blocks ? { blocks } : {}),
    ...(smoothed
      ? { smoothed: (x: Expr, sigma: Operand, params?: Expr) => smoothed(x, sigma, params ?? noParameters(x)) }
      : {}),
    ...(parts.noiseLevels ? { noiseLevels: parts.noiseLevels } : {}),
    ...logZOf(parts),
    ...(parts.exactLogZ ? { exactLogZ: parts.exactLogZ } : {}),
    ...(classes
      ? {
          classes: { ...classes, energies: (x: Expr, params?: Expr) => classes.energies(x, params ?? noParameters(x)) },
        }
      : {}),
    ...(tilting
      ? { tilting: { ...tilting, energy: (x: Expr, params?: Expr) => tilting.energy(x, params ?? noParameters(x)) } }
      : {}),
  });
}

/** Log Z as an expression of the parameters, where it is known. */
function logZOf({ layout = emptyLayout, exact, logZ }: EnergyParts): Pick<Energy, "logZ"> {
  // Computed when it is asked for: that of a lattice takes its time.
  const known = logZ ?? (exact && ((params: Expr) => scalar(exact.logZ, params.dtype)));
  if (!known) return {};
  return {
    logZ(params = input("no parameters", [0])) {
      if (!sameShape(params.shape, [layout.size]))
        throw new ShapeError(`energy: parameters have shape ${showShape(params.shape)}, expected (${layout.size})`);
      const value = known(params);
      if (value.shape.length > 0)
        throw new ShapeError(`energy: log Z is ${showShape(value.shape)}, expected one number`);
      return value;
    },
  };
}

const noParameters = (x: Expr): Expr => input("no parameters", [0], x.dtype);

/** What a registered energy may build on. */
export interface EnergyContext {
  /** Shape of one point. */
  readonly event: Shape;
  /** Channels, height and width of the images whose pixels the points are, where they are images. */
  readonly image?: ImageShape;
  /** A normalised density fitted to the data, for energies that tilt one. */
  readonly base?: Energy;
  /** Number of classes, where rows have labels. */
  readonly classes?: number;
}

/** Where a configuration is silent, and a member is what is usual: for points of a kind, a user's table of rows without labels, images without them, or where something is needed. */
export type Situation = Exclude<PointKind, "any"> | Capability | "table" | "images";

type Options = Readonly<Record<string, unknown>>;

/** Where a member is the one that is meant, and with which options; of images by their shape. */
export type Usual = Readonly<Partial<Record<Exclude<Situation, "images">, Options>>> & {
  readonly images?: (image: ImageShape) => Options;
};

export interface EnergyFacts {
  /** Which points it is of, as its `support` says; real unless said. */
  readonly support?: Support["kind"];
  /** What it needs of a run. */
  readonly needs?: readonly Capability[];
  /** What it knows of itself, and what that asks of its options; empty where it always does. */
  readonly knows?: Readonly<Partial<Record<Capability, string>>>;
  /** Options of the optimizer that suit its parameters, where these are not what is usual for its points. */
  readonly optimizer?: Readonly<Record<string, unknown>>;
  /** Where it is the energy that is meant, and with which options. */
  readonly usual?: Usual;
}

export interface EnergyDeclaration<Options extends z.ZodObject = z.ZodObject>
  extends Declaration<Options>,
    EnergyFacts {
  /** What it needs with some options. */
  given?(options: z.output<Options>): Pick<EnergyFacts, "needs">;
  /** @throws InputError naming the option that is wrong, or what is needed and missing. */
  (options: z.input<Options>, context: EnergyContext): Energy;
}

/** Declare an energy. */
export function energy<Options extends z.ZodObject>(
  declaration: Declaration<Options> &
    EnergyFacts & {
      given?(options: z.output<Options>): Pick<EnergyFacts, "needs">;
      build(options: z.output<Options>, context: EnergyContext): Energy;
    },
): EnergyDeclaration<Options> {
  const { build, ...facts } = declaration;
  return callable((options: z.input<Options>, context: EnergyContext) => {
    const parsed = parseOptions(`energy ${facts.name}`, facts.options, options);
    const needs = facts.given?.(parsed).needs ?? facts.needs ?? [];
    // What it needs is of a run, whatever its points are.
    const obstacle = whyNot({ needs, support: "any" }, { base: context.base, labels: context.classes });
    if (obstacle) throw new InputError(`energy ${facts.name}: ${obstacle}`);
    return build(parsed, context);
  }, facts);
}
