/** Objectives: how a model is trained. One iteration is one pure step; the trainer compiles it whole. */

import type { z } from "zod";
import type { Energy, Usual } from "../energies/energy.js";
import { knownBy } from "../energies/known.js";
import { type Capability, whyNot } from "../energies/needs.js";
import type { PointKind } from "../energies/support.js";
import type { Flow } from "../flows/flow.js";
import type { Expr } from "../ir/expr.js";
import type { TensorType } from "../ir/type.js";
import type { Layout } from "../nn/layout.js";
import type { ExprRecord } from "../ops/control.js";
import type { Key } from "../random/key.js";
import type { NoiseSpec } from "../random/noise.js";
import { InputError } from "../util/errors.js";
import { callable, type Declaration, parseOptions } from "../util/options.js";
import type { FloatTensor, ImageShape, Shape, Tensor } from "../util/tensor.js";
import type { TrainingMetric, TrainingMetrics } from "./training-metric.js";

/** The parameter groups that a model offers, and whose colour each has. */
export const modelGroups = { energy: { role: "ebm" }, flow: { role: "flow" } } as const;

/** What is trained: an energy, and a flow where the objective uses one. */
export interface Model {
  readonly event: Shape;
  /** Of points that are the pixels of images: their shape. */
  readonly image?: ImageShape;
  readonly energy: Energy;
  readonly flow?: Flow;
}

/** A parameter group by name: `energy` and `flow` are those of the model, others an objective's own. */
export type Group = string;

/** Parameters as one flat vector, with a loss and an optimizer of its own. */
export interface ParameterGroup {
  readonly layout: Layout;
  /** The first vector; `data` are rows `(n, ...event)`. */
  init(key: Key, data: FloatTensor): Float32Array;
  /** Back to where the vector may be, after every update. */
  project?(theta: Expr): Expr;
}

/** Every group there is, trained or not: what the model offers, and what the iteration has of its own. */
export const groupsOf = (
  { energy, flow }: Model,
  { ownGroups = {} }: Pick<Iteration, "ownGroups">,
): Readonly<Record<Group, ParameterGroup>> => ({ energy, ...(flow ? { flow } : {}), ...ownGroups });

export interface StepInput {
  /** Flat parameter vectors by group. */
  readonly params: { readonly energy: Expr; readonly flow: Expr } & Readonly<Record<Group, Expr>>;
  readonly carry: ExprRecord;
  /** `(batch, ...event)`. */
  readonly batch: Expr;
  /** Classes of the batch, one-hot `(batch, classes)`, where the iteration asks for them. */
  readonly labels?: Expr;
  readonly noise: ExprRecord;
}

export interface StepOutput {
  /** One scalar a group: differentiated by that group's parameters only. */
  readonly losses: ExprRecord;
  readonly carry: ExprRecord;
  /** Scalars to watch, as declared. The loss of contrastive training hovers around zero and measures nothing: it is not here. */
  readonly metrics: ExprRecord;
  /**
   * Where chains start in this iteration, and the points `(n, ...event)` at which the energy is then raised, of an
   * objective that has some: for who watches them, and not computed otherwise.
   */
  readonly chains?: { readonly start: Expr; readonly negatives: Expr };
}

/** One iteration of an objective for a model and a batch size. */
export interface Iteration {
  /** Groups that it trains. */
  readonly groups: readonly Group[];
  /** Groups of its own, beside those of the model. */
  readonly ownGroups?: Readonly<Record<Group, ParameterGroup>>;
  /** Number of classes, where it needs the rows' labels. */
  readonly labels?: number;
  readonly noise: Readonly<Record<string, NoiseSpec>>;
  /** What survives from one iteration to the next: chains, buffers, step sizes. */
  readonly carry: Readonly<Record<string, TensorType>>;
  /** The first carry, from rows of data `(n, ...event)`. */
  start(key: Key, data: FloatTensor): Record<string, Tensor>;
  step(input: StepInput): StepOutput;
}

/** What an objective says of a parameter group of its own. */
export interface OwnGroup {
  /** What its parameters are, as a clause. */
  readonly about: string;
  /** Whose colour it has: the energy's unless given. */
  readonly role?: TrainingMetric["role"];
  /** The optimizer that suits it, by name, with what is not usual of its options. */
  readonly optimizer: { readonly name: string } & Readonly<Record<string, unknown>>;
}

/** What is expected of an objective where modes are apart and of unequal weight, as the comparison of objectives asks. */
export interface Expectation {
  /** What it is called there; the objective's name in words unless given. */
  readonly as?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Whether it can get the weights of the modes right. */
  readonly weights: "right" | "wrong";
  readonly why: string;
  /** Of the energy, where the usual one is not what its authors would choose. */
  readonly learningRate?: number;
}

/** Named settings of a whole training, such as those of a paper. */
export interface Preset {
  /** As a sentence. */
  readonly about: string;
  /** A part of a configuration, under what a user writes; of the objective only its options. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface ObjectiveFacts {
  /** By what a user writes as `preset` of the objective. */
  readonly presets?: Readonly<Record<string, Preset>>;
  /** What it needs of the model. */
  readonly needs?: readonly Capability[];
  /** What to do where the energy has not what is needed, as a clause. */
  readonly otherwise?: string;
  /** Points it trains an energy of: real unless said. Derivatives by the point say nothing of discrete ones. */
  readonly support?: PointKind;
  /** What is expected of it, with one choice of options or several; of those that train any network of real points. */
  readonly expected?: readonly Expectation[];
  /** Where it is the objective that is meant, and with which options. */
  readonly usual?: Usual;
  /** Whether it learns the energy at all, or only the flow, and which of its own groups. */
  readonly trains: readonly Group[];
  /** Groups of its own, beside those of the model. */
  readonly ownGroups?: Readonly<Record<Group, OwnGroup>>;
  /** What it reports while training, under some options. */
  readonly metrics: TrainingMetrics;
  /** Whether a training by it closes with steps by many weighted draws, unless its configuration says otherwise. */
  readonly closes?: boolean;
  /** Groups whose loss is differentiated through points that it draws itself, by reparametrisation. */
  readonly throughPoints?: readonly Group[];
}

/** What is so only with some options; the facts of a declaration are those of its defaults. */
export type FactsByOptions = Pick<ObjectiveFacts, "trains" | "needs">;

/** The facts of an objective with its options resolved. */
export function factsOf(
  { trains, needs = [], given }: ObjectiveFacts & { given?(options: never): FactsByOptions },
  options: object,
): FactsByOptions {
  return given?.(options as never) ?? { trains, needs };
}

export interface Objective<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options>, ObjectiveFacts {
  given?(options: z.output<Options>): FactsByOptions;
  /** @throws InputError naming the option that is wrong, or what the model lacks. */
  (model: Model, batch: number, options?: z.input<Options>): Iteration;
}

/** Whether all parameters of a flow are given instead of learned. */
const isGiven = (flow: Flow | undefined): boolean =>
  flow !== undefined && flow.layout.size > 0 && flow.layout.leaves.every(({ frozen }) => frozen);

/** Declare an objective. */
export function objective<Options extends z.ZodObject>(
  declaration: Declaration<Options> &
    ObjectiveFacts & {
      given?(options: z.output<Options>): FactsByOptions;
      iteration(model: Model, batch: number, options: z.output<Options>): Iteration;
    },
): Objective<Options> {
  const { iteration, ...facts } = declaration;
  return callable((model: Model, batch: number, options?: z.input<Options>) => {
    const parsed = parseOptions(`objective ${facts.name}`, facts.options, options);
    const { support = "real" } = facts;
    const obstacle = whyNot({ ...factsOf(facts, parsed), support }, { ...model.energy, flow: model.flow }, knownBy);
    if (obstacle)
      throw new InputError(`objective ${facts.name}: ${obstacle}${facts.otherwise ? `; ${facts.otherwise}` : ""}`);
    if (factsOf(facts, parsed).trains.every((group) => group === "flow" && isGiven(model.flow)))
      throw new InputError(`objective ${facts.name}: has nothing to learn, since the flow is given once it is fitted`);
    return iteration(model, batch, parsed);
  }, facts);
}
