/** One training iteration, sample → gradients → update, as one compiled program over one record of state. */

import { grad } from "../autodiff/grad.js";
import { type Work, workOf } from "../compiler/cost.js";
import type { Expr } from "../ir/expr.js";
import { peakBytes } from "../ir/memory.js";
import { trainableMask } from "../nn/layout.js";
import {
  type Group,
  groupsOf,
  type Iteration,
  type Model,
  type ParameterGroup,
  type StepInput,
} from "../objectives/objective.js";
import { add, mul } from "../ops/arithmetic.js";
import type { ExprRecord } from "../ops/control.js";
import { constant, input } from "../ops/leaf.js";
import { norm } from "../ops/special.js";
import { movingAverage } from "../optim/average.js";
import type { Transform } from "../optim/transform.js";
import { fold, type Key } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import type { Computes } from "../runtime/engine.js";
import { compile, givenEngine, type Where } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { mapValues, type Named, underPrefix, withPrefix } from "../util/records.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../util/tensor.js";

/**
 * Everything a run is at one step, by name: `params.energy`, `average.energy`, `optimizer.energy.m`, `carry.chains`,
 * `step`. What is in it is saved; what is not does not exist.
 */
export type TrainState = Named<Tensor>;

export interface TrainerSpec extends Where {
  readonly model: Model;
  readonly iteration: Iteration;
  /** By group; those of groups that the iteration does not train are left aside. */
  readonly optimizers: Readonly<Record<Group, Transform>>;
  /** Rows a minibatch. */
  readonly batch: number;
  /** Decay of the moving average of the parameters; 0 keeps none apart: `average.*` are the parameters themselves. */
  readonly average: number;
  /** Whether the state has a `rate`, 1 at the start, that every update is multiplied by. */
  readonly slowable?: boolean;
  /** How often it steps, about: which engine is chosen. Left out, the usual one is. */
  readonly steps?: number | undefined;
}

export interface Trainer {
  /** What computes its steps. */
  readonly engine: Computes;
  /** Number of classes, where its iteration needs the rows' labels. */
  readonly labels?: number;
  /** State before the first step. Groups that are not trained keep the given parameters. */
  start(key: Key, data: FloatTensor, given?: Readonly<Record<Group, Float32Array | undefined>>): TrainState;
  /**
   * The next state and what was watched. The key of a step is `fold(key, step)`: steps can be replayed.
   * @param labels one-hot `(batch, classes)`, where the iteration needs them.
   */
  step(
    state: TrainState,
    batch: FloatTensor,
    key: Key,
    labels?: FloatTensor,
  ): Promise<{ state: TrainState; metrics: Record<string, number> }>;
}

/** The entries of the next state that belong to a group, moved by its gradient. */
function moved(
  name: Group,
  { layout, project = (theta) => theta }: ParameterGroup,
  gradient: Expr,
  optimizer: Transform,
  state: ExprRecord,
  average: number,
): Record<string, Expr> {
  const theta = state[`params.${name}`]!;
  const own = underPrefix(`optimizer.${name}.`, state);
  const { update, state: stepped } = optimizer.update(gradient, own, theta);
  const mask = trainableMask(layout);
  const slowed = state.rate ? mul(state.rate, update) : update;
  const next = project(add(theta, mask ? mul(slowed, constant(tensor(mask))) : slowed));
  const mean = state[`average.${name}`];
  return {
    [`params.${name}`]: next,
    ...(mean ? { [`average.${name}`]: movingAverage(mean, next, state.step!, average) } : {}),
    ...withPrefix(`optimizer.${name}.`, stepped),
  };
}

/** An iteration with its optimizers as one graph. @throws InputError naming a group that is trained and has no optimizer. */
function graphOf({ model, iteration, optimizers, batch: rows, average, slowable = false }: TrainerSpec) {
  const groups = groupsOf(model, iteration);
  const names = Object.keys(groups).filter((g) => groups[g]!.layout.size > 0);
  const trained = iteration.groups.filter((g) => names.includes(g));
  const averaged = average === 0 ? [] : trained;
  const optimizerOf = (g: Group): Transform => {
    const found = optimizers[g];
    if (!found)
      throw new InputError(`compileTrainer: group ${g} is trained and has no optimizer; give optimizers.${g}`);
    return found;
  };
  const vector = (g: Group): readonly [number] => [groups[g]!.layout.size];

  const optimizerState = Object.fromEntries(
    trained.flatMap((g) => Object.entries(withPrefix(`optimizer.${g}.`, optimizerOf(g).init(vector(g)[0])))),
  );
  const types: Record<string, { shape: readonly number[]; dtype: Tensor["dtype"] }> = {
    step: { shape: [], dtype: "float32" },
    ...(slowable ? { rate: { shape: [], dtype: "float32" } } : {}),
    ...Object.fromEntries(names.map((g) => [`params.${g}`, { shape: vector(g), dtype: "float32" as const }])),
    ...Object.fromEntries(averaged.map((g) => [`average.${g}`, { shape: vector(g), dtype: "float32" as const }])),
    ...mapValues(optimizerState, ({ shape, dtype }) => ({ shape, dtype })),
    ...withPrefix("carry.", iteration.carry),
  };
  const state = mapValues(types, ({ shape, dtype }, name) => input(name, shape, dtype));
  const batch = input("batch", [rows, ...model.event]);
  const labels = iteration.labels ? { labels: input("labels", [rows, iteration.labels]) } : {};
  const noise = mapValues(iteration.noise, ({ shape }, name) => input(name, shape));
  // What the model does not have is not asked for.
  const params = underPrefix("params.", state) as StepInput["params"];

  const output = iteration.step({ params, carry: underPrefix("carry.", state), batch, ...labels, noise });
  const next: Record<string, Expr> = { ...withPrefix("carry.", output.carry), step: add(state.step!, 1) };
  if (state.rate) next.rate = state.rate;
  const metrics: Record<string, Expr> = { ...output.metrics };
  for (const name of names) {
    next[`params.${name}`] = params[name]!;
    const loss = output.losses[name];
    if (!loss) continue;
    const [gradient] = grad(loss, [params[name]!]);
    metrics[`gradientNorm.${name}`] = norm(gradient);
    Object.assign(next, moved(name, groups[name]!, gradient, optimizerOf(name), state, average));
  }
  return {
    ...{ groups, names, trained, averaged, optimizerState },
    inputs: { ...state, batch, ...labels, ...withPrefix("noise.", noise) },
    outputs: { ...withPrefix("state.", next), ...withPrefix("metric.", metrics) },
  };
}

/** Bytes that a step holds at most, about: its state before and after, and what it computes on the way. Nothing is compiled. */
export function stepMemory(spec: TrainerSpec): number {
  const { inputs, outputs } = graphOf(spec);
  return peakBytes(Object.values(inputs), Object.values(outputs));
}

/** What a step comes to: what engines are chosen by. Nothing is compiled. */
export const stepWork = (spec: TrainerSpec): Work => workOf(Object.values(graphOf(spec).outputs));

/**
 * Compile the iteration of an objective with its optimizers.
 * @throws InputError naming a group that is trained and has no optimizer.
 */
export async function compileTrainer(spec: TrainerSpec): Promise<Trainer> {
  const { iteration, slowable = false } = spec;
  const { groups, names, trained, averaged, optimizerState, inputs, outputs } = graphOf(spec);
  const engine = await givenEngine(spec.engine);
  const by =
    spec.by ?? (spec.steps === undefined ? undefined : await engine.choose(Object.values(outputs), spec.steps));
  const program = await compile(inputs, outputs, { engine, by });
  let drawn: Record<string, FloatTensor> | undefined;

  return {
    engine: program.engine,
    ...(iteration.labels ? { labels: iteration.labels } : {}),
    start(key, data, given = {}) {
      const init = (g: Group): Float32Array => given[g] ?? groups[g]!.init(fold(key, `init.${g}`), data);
      const vectors = names.map((g) => [g, init(g)] as const);
      return {
        step: tensor(Float32Array.of(0), []),
        ...(slowable ? { rate: tensor(Float32Array.of(1), []) } : {}),
        ...Object.fromEntries(vectors.map(([g, v]) => [`params.${g}`, tensor(v)])),
        ...Object.fromEntries(
          vectors.flatMap(([g, v]) => (trained.includes(g) ? [[`average.${g}`, tensor(v.slice())]] : [])),
        ),
        ...optimizerState,
        ...withPrefix("carry.", iteration.start(fold(key, "start"), data)),
      };
    },
    async step(current, points, key, classes) {
      drawn = drawNoise(key, iteration.noise, drawn);
      const given = { batch: points, ...(classes ? { labels: classes } : {}) };
      const result = await program.run({ ...current, ...given, ...withPrefix("noise.", drawn) });
      const reached = underPrefix("state.", result);
      const own = trained.filter((g) => !averaged.includes(g)).map((g) => [`average.${g}`, reached[`params.${g}`]!]);
      return {
        state: { ...reached, ...Object.fromEntries(own) },
        metrics: mapValues(underPrefix("metric.", result), (t) => floats(t)[0]!),
      };
    },
  };
}
