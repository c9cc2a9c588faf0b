/** A normalised conditional density from pairs, in memory: a conditional flow by maximum likelihood. */

import { z } from "zod";
import { configSchema } from "../config/config.js";
import { partOf, standardCoordinates } from "../data/columns/coordinates.js";
import { splitRows } from "../data/split-rows.js";
import { takeRows } from "../data/take-rows.js";
import { type Energy, makeEnergy } from "../energies/energy.js";
import { energyOf } from "../energies/evaluate.js";
import type { ConditionalFlow } from "../flows/conditional-flow.js";
import { drawGiven } from "../flows/draw-flow.js";
import { findFlow } from "../flows/find-flow.js";
import { type Extrapolation, extrapolationsFrom } from "../inference/extrapolation.js";
import { learned } from "../inference/learned.js";
import { logLikelihood } from "../metrics/goodness/log-likelihood.js";
import type { Estimate } from "../metrics/metric.js";
import type { Iteration } from "../objectives/objective.js";
import { neg } from "../ops/arithmetic.js";
import { slice } from "../ops/shape.js";
import { mean as meanOf } from "../ops/special.js";
import * as optimizers from "../optim/members.js";
import type { Transform } from "../optim/transform.js";
import { fold, type Key, makeKey } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { runSession } from "../train/run-session.js";
import { newSession } from "../train/session.js";
import { compileTrainer, type TrainState } from "../train/trainer.js";
import { InputError } from "../util/errors.js";
import { findMember, parseOptions } from "../util/options.js";
import { asRows, type Rows } from "../util/rows.js";
import { type FloatTensor, showShape, tensor } from "../util/tensor.js";

const { steps, batch, seed, average, evaluateEvery } = configSchema.shape;
const member = (name: string, defaults: z.ZodRawShape = {}) =>
  z.looseObject({ ...defaults, name: z.string().default(name) }).prefault({});

const schema = z.object({
  flow: member("realnvp").describe("the flow, by name, with its options"),
  optimizer: member("adam", { schedule: z.string().default("step") }).describe("the optimizer, with its options"),
  validation: z.number().min(0).lt(1).default(0.1).describe("share of the pairs that choose the best parameters"),
  steps,
  batch,
  seed,
  average,
  evaluateEvery,
});

export type ConditionalFitOptions = z.input<typeof schema> & {
  /** Called after every step; returning `false` ends the training early. */
  readonly progress?: (step: number, metrics: Readonly<Record<string, number>>) => boolean | undefined;
} & Where;

/** A trained `q(x | c)`. Points are `(n, d)` and contexts `(n, k)`, in the units of the pairs it was fitted to. */
export interface ConditionalModel {
  /** Of standardised points and contexts, with its parameters. */
  readonly flow: ConditionalFlow;
  readonly params: FloatTensor;
  /** Mean log-density of the validation pairs; `null` without any. They chose the parameters, so it flatters a little. */
  readonly validation: Estimate | null;
  /** Normalised log-density `(n)` of each point given its context, nats. */
  logDensity(x: Rows, context: Rows): Promise<Float64Array>;
  /** The contexts that lie outside what those of the training have shown: what is said given them is the flow's guess. */
  outside(context: Rows): readonly Extrapolation[];
  /** One independent point `(n, d)` for each context. */
  sample(context: Rows, options?: { readonly key?: Key }): Promise<FloatTensor>;
}

/** Contexts that are enough to tell which others lie outside. */
const KNOWN = 1024;

/**
 * Train a conditional flow on pairs of points x `(n, d)` and contexts c `(n, k)`: `min −mean log q(x | c)`. Columns of
 * both are standardised.
 *
 * `const model = await fitConditional(x, c); const logp = await model.logDensity(x, c);`
 * @throws InputError when pairs or options make no run. @throws NumericError when training diverges.
 */
export async function fitConditional(
  x: Rows,
  context: Rows,
  { progress, engine, ...wanted }: ConditionalFitOptions = {},
): Promise<ConditionalModel> {
  const options = parseOptions("fitConditional", schema, wanted);
  const { pairs: given, d, k } = pairsOf(x, context);
  const key = makeKey(options.seed);
  const { train, validation } = splitRows(fold(key, "split"), given, { validation: options.validation, test: 0 });
  const names = ["x", "c"].flatMap((of, i) => Array.from({ length: [d, k][i]! }, (_, j) => `${of}${j + 1}`));
  const both = standardCoordinates(train, names);
  const [ofPoints, ofContexts] = [partOf(both, 0, d), partOf(both, d, d + k)];
  const flow = conditional(options.flow, d, k);
  const pair = pairEnergy(flow);
  const value = energyOf(pair, "float32", { engine });
  const rows = both.encode(validation);
  const trainer = await compileTrainer({
    model: { event: pair.event, energy: pair },
    iteration: likelihood(pair),
    optimizers: optimizersOf(options.optimizer, options.steps),
    batch: options.batch,
    ...{ average: options.average, engine, steps: options.steps },
  });
  const data = both.encode(train);
  const session = newSession({
    training: {
      ...{ trainer, data, batch: options.batch, steps: options.steps, key: fold(key, "train") },
      start: trainer.start(key, data),
    },
    ...(rows.shape[0] === 0
      ? {}
      : {
          judge: {
            every: options.evaluateEvery,
            async of(state: TrainState) {
              const energies = await value(rows, learned(state, "energy"));
              return logLikelihood({ logDensity: energies.map((e) => -e) }, {}).mean;
            },
          },
        }),
  });
  await runSession(session, progress);
  const params = learned(session.best().state, "energy")!;
  const shift = ofPoints.logVolume;
  const known = Array.from({ length: Math.min(KNOWN, train.shape[0]!) }, (_, i) => i);
  const extrapolations = extrapolationsFrom(takeRows(columnsOf(train, d, d + k), known));
  const logDensity = async (pairs: FloatTensor): Promise<Float64Array> =>
    (await value(both.encode(pairs), params)).map((e) => -e - shift);
  return {
    flow,
    params,
    validation: rows.shape[0]! > 0 ? logLikelihood({ logDensity: await logDensity(validation) }, {}).mean : null,
    logDensity: async (points, contexts) => logDensity(pairsOf(points, contexts, [d, k]).pairs),
    outside(contexts) {
      const rows = asRows("outside: context", contexts);
      if (rows.shape.length !== 2 || rows.shape[1] !== k)
        throw new InputError(`outside: contexts ${showShape(rows.shape)}, expected (n, ${k})`);
      return extrapolations(rows, [...Array(rows.shape[0]!).keys()], [...Array(k).keys()]);
    },
    async sample(contexts, { key: draws = makeKey(options.seed + 1) } = {}) {
      const drawn = await drawGiven(flow, params, ofContexts.encode(asRows("sample: context", contexts)), draws, {
        engine,
      });
      return ofPoints.decode(drawn.x);
    },
  };
}

// Their options are checked when they are called.
const optionsOf = ({ name: _, ...options }: { readonly name: string }): never => options as never;

function conditional(given: { readonly name: string }, d: number, k: number): ConditionalFlow {
  return findFlow(given.name, [d]).conditional(optionsOf(given), [d], k);
}

function optimizersOf(given: { readonly name: string }, length: number): Record<"energy" | "flow", Transform> {
  const { make } = findMember("optimizer", Object.values(optimizers), given.name);
  const transform = make(optionsOf(given), length);
  return { energy: transform, flow: transform };
}

/** `−log q(x | c)` as a function of the pair, which is what the trainer minimises. It integrates to 1 in x alone. */
function pairEnergy(flow: ConditionalFlow): Energy {
  const [d, k] = [flow.event[0]!, flow.context];
  return makeEnergy({
    event: [d + k],
    layout: flow.layout,
    init: (key, data) => flow.init(key, data && columnsOf(data, 0, d)),
    energy: (pair, params) => neg(flow.given(slice(pair, 1, d, d + k)).logProb(slice(pair, 1, 0, d), params)),
  });
}

const likelihood = (pair: Energy): Iteration => ({
  groups: ["energy"],
  noise: {},
  carry: {},
  start: () => ({}),
  step({ params, batch: rows }) {
    const loss = meanOf(pair(rows, params.energy));
    return { losses: { energy: loss }, carry: {}, metrics: { negativeLogLikelihood: loss } };
  },
});

/** Points `(n, d)` and contexts `(n, k)` side by side, `(n, d + k)`. */
function pairsOf(points: Rows, contexts: Rows, sizes?: readonly [d: number, k: number]) {
  const [x, c] = [asRows("fitConditional: points", points), asRows("fitConditional: contexts", contexts)];
  const fits = (t: FloatTensor, j: number): boolean =>
    t.shape.length === 2 && (sizes ? t.shape[1] === sizes[j] : t.shape[1]! > 0);
  if (!fits(x, 0) || !fits(c, 1) || x.shape[0] !== c.shape[0])
    throw new InputError(
      `fitConditional: points ${showShape(x.shape)} and contexts ${showShape(c.shape)}, expected ${
        sizes ? `(n, ${sizes[0]}) and (n, ${sizes[1]})` : "(n, d) and (n, k)"
      } with as many rows`,
    );
  return { pairs: joinColumns(x, c), d: x.shape[1]!, k: c.shape[1]! };
}

/** Columns from one to before another. */
function columnsOf({ data, shape }: FloatTensor, from: number, to: number): FloatTensor {
  const [n, all, m] = [shape[0]!, shape[1]!, to - from];
  return tensor(
    Float64Array.from({ length: n * m }, (_, i) => data[Math.floor(i / m) * all + from + (i % m)]!),
    [n, m],
  );
}

function joinColumns(a: FloatTensor, b: FloatTensor): FloatTensor {
  const [n, p, q] = [a.shape[0]!, a.shape[1]!, b.shape[1]!];
  const joined = new Float64Array(n * (p + q));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) joined[i * (p + q) + j] = a.data[i * p + j]!;
    for (let j = 0; j < q; j++) joined[i * (p + q) + p + j] = b.data[i * q + j]!;
  }
  return tensor(joined, [n, p + q]);
}
