/** A stack of machines as a deep belief network: going up and down its layers, drawing from it, and its bound. */

import type { Energy } from "../energies/energy.js";
import { rbmEnergy } from "../energies/rbm.js";
import { rbmLayout } from "../energies/rbm-layout.js";
import type { Expr } from "../ir/expr.js";
import { meanEstimate } from "../metrics/intervals/interval.js";
import type { Estimate } from "../metrics/metric.js";
import { packVectors, unpack } from "../nn/layout.js";
import { add, mul, neg, sigmoid, sub } from "../ops/arithmetic.js";
import { cast as castTo, input } from "../ops/leaf.js";
import { affine, matmul } from "../ops/linalg.js";
import { less } from "../ops/logic.js";
import { sum } from "../ops/shape.js";
import { softplus } from "../ops/special.js";
import { uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { compile } from "../runtime/program.js";
import { sample } from "../samplers/driver/sample.js";
import { gibbs } from "../samplers/kernels/gibbs.js";
import { InputError, ShapeError } from "../util/errors.js";
import { mean } from "../util/moments.js";
import { asRows, type Rows } from "../util/rows.js";
import { cast, type FloatTensor, floats, showShape, tensor } from "../util/tensor.js";

/** A machine of the stack; parameters as `rbmLayout` says. */
export interface BeliefLayer {
  readonly visible: number;
  readonly hidden: number;
  readonly params: FloatTensor;
}

/**
 * A deep belief network `p(v) = Σ p(v | h¹) p(h¹ | h²) … p(hᴸ⁻¹)`: the last machine is the law of its own visible units,
 * and each one below gives its visible units from its hidden ones. One layer is a restricted Boltzmann machine.
 */
export interface Belief {
  /** From below: the hidden units of each are the visible ones of the next. */
  readonly layers: readonly BeliefLayer[];
}

/** The law of a machine's visible units. */
const energyOf = ({ visible, hidden }: BeliefLayer): Energy =>
  rbmEnergy([visible], { hiddenUnits: hidden, weightScale: 0.01 });

type Machine = Record<"weight" | "visible" | "hidden", Expr>;

const machineOf = (layer: BeliefLayer, params: Expr): Machine =>
  unpack(rbmLayout(layer.visible, layer.hidden), params) as Machine;

/** A machine turned round: its hidden units become the visible ones. The joint law is the same. */
export function transposed({ visible: n, hidden: m, params }: BeliefLayer): BeliefLayer {
  const { data } = params;
  const weight = Float64Array.from({ length: n * m }, (_, k) => data[(k % n) * m + Math.floor(k / n)]!);
  const turned = packVectors([weight, data.subarray(n * m + n), data.subarray(n * m, n * m + n)]);
  return { visible: m, hidden: n, params: tensor(turned) };
}

/** 1 with probability `σ(field)`. */
const drawn = (u: Expr, field: Expr): Expr => castTo(less(u, sigmoid(field)), field.dtype);

/** `log Π σ(±field)` of bits under their fields, `(n)`. */
const logBernoulli = (bits: Expr, field: Expr): Expr => sum(sub(mul(bits, field), softplus(field)), 1);

const up = ({ weight, hidden }: Machine, v: Expr): Expr => affine(v, weight, hidden);
const down = ({ weight, visible }: Machine, h: Expr): Expr => add(matmul(h, weight, { transposeB: true }), visible);

/** Rows of bits one layer up, so many draws of each: `(copies · n, hidden)`. */
export async function upwards(layer: BeliefLayer, rows: FloatTensor, copies: number, key: Key): Promise<FloatTensor> {
  return pass(layer, repeated(rows, copies), layer.hidden, key, (machine, v, u) => drawn(u, up(machine, v)));
}

async function pass(
  layer: BeliefLayer,
  rows: FloatTensor,
  width: number,
  key: Key,
  step: (machine: Machine, x: Expr, u: Expr) => Expr,
): Promise<FloatTensor> {
  const n = rows.shape[0]!;
  const [params, x, u] = [input("params", layer.params.shape), input("x", rows.shape), input("u", [n, width])];
  const program = await compile({ params, x, u }, { y: step(machineOf(layer, params), x, u) });
  const given = { params: cast(layer.params, "float32"), x: cast(rows, "float32") };
  return (await program.run({ ...given, u: uniform(key, [n, width]) })).y as FloatTensor;
}

function repeated({ data, shape }: FloatTensor, times: number): FloatTensor {
  const x = new Float32Array(times * data.length);
  for (let i = 0; i < times; i++) x.set(data, i * data.length);
  return tensor(x, [times * shape[0]!, shape[1]!]);
}

/** @throws InputError where there are no layers, ShapeError where two do not fit. */
function expectStack(what: string, { layers }: Belief): void {
  if (layers.length === 0) throw new InputError(`${what}: a stack without layers; give at least one`);
  for (const [i, { visible }] of layers.entries())
    if (i > 0 && layers[i - 1]!.hidden !== visible)
      throw new ShapeError(
        `${what}: layer ${i} has ${visible} visible units, and ${layers[i - 1]!.hidden} are below it`,
      );
}

/** Rows of the lowest layer. @throws InputError when they are no rows, ShapeError when they are of another width. */
function rowsFor(what: string, { layers }: Belief, given: Rows): FloatTensor {
  const rows = asRows(what, given);
  if (rows.shape.length !== 2 || rows.shape[1] !== layers[0]!.visible)
    throw new ShapeError(`${what}: rows have shape ${showShape(rows.shape)}, expected (n, ${layers[0]!.visible})`);
  return rows;
}

export interface BeliefDraws {
  /** Gibbs sweeps of the top machine before a draw; 1000 unless said. */
  readonly sweeps?: number;
  /** Rows `(n, d)` whose layers, drawn upwards, the chains begin at; uniform bits unless given. */
  readonly start?: Rows;
}

/**
 * `n` draws `(n, d)`, one a chain: Gibbs sweeps in the top machine, then each layer below given the one above. They are
 * the network's as far as the chains have come.
 * @throws InputError, ShapeError for a stack or a start that does not fit.
 */
export async function drawBelief(
  belief: Belief,
  key: Key,
  n: number,
  { sweeps = 1000, start: given }: BeliefDraws = {},
): Promise<FloatTensor> {
  expectStack("drawBelief", belief);
  const start = given && rowsFor("drawBelief", belief, given);
  if (start && start.shape[0] !== n)
    throw new InputError(`drawBelief: start has ${start.shape[0]} rows for ${n} draws; give one for each`);
  const below = belief.layers.slice(0, -1);
  const top = belief.layers.at(-1)!;
  let x = start;
  for (const [i, layer] of below.entries()) x = x && (await upwards(layer, x, 1, fold(fold(key, "up"), i)));
  const energy = energyOf(top);
  const u = uniform(fold(key, "start"), [n, top.visible]);
  const begun =
    x ??
    tensor(
      u.data.map((v) => (v < 0.5 ? 0 : 1)),
      u.shape,
    );
  const chains = await sample({
    ...{ energy, params: cast(top.params, "float32"), sampler: gibbs, start: cast(begun, "float32") },
    ...{ warmup: 0, draws: 1, thin: sweeps, key: fold(key, "top") },
  });
  let drawnRows: FloatTensor = tensor(chains.x.data, [n, top.visible]);
  for (let i = below.length - 1; i >= 0; i--)
    drawnRows = await pass(below[i]!, drawnRows, below[i]!.visible, fold(fold(key, "down"), i), (machine, h, given) =>
      drawn(given, down(machine, h)),
    );
  return drawnRows;
}

export interface BoundOptions {
  /** Draws of the hidden layers for each row; 100 unless said. */
  readonly draws?: number;
  /** Log Z of the top machine, where it is too large to be summed. */
  readonly logZ?: number;
}

/**
 * The variational bound on the log-likelihood of rows of bits `(n, d)`, nats a row,
 * `log p(v) ≥ E_q[log p(v | h¹) + … + log p(hᴸ⁻¹) − log q(h¹, … | v)]`, with q going up layer by layer, and its error over
 * the draws of q. The log-probabilities of draws are exact, also that of the top machine where one of its layers is
 * small enough to be summed over. The difference of logarithms is averaged rather than the entropy put apart: where q is the posterior, as
 * in a single machine, every draw gives the same.
 * Source: Hinton, Osindero & Teh (2006), A fast learning algorithm for deep belief nets, appendix A.
 * @throws InputError when the top machine's log Z is unknown. @throws ShapeError when rows and layers do not fit.
 */
export async function beliefBound(
  belief: Belief,
  bits: Rows,
  key: Key,
  { draws = 100, logZ }: BoundOptions = {},
): Promise<Estimate> {
  expectStack("beliefBound", belief);
  const rows = rowsFor("beliefBound", belief, bits);
  const { layers } = belief;
  const top = layers.at(-1)!;
  const normaliser = logZ ?? energyOf(top).exactLogZ?.(top.params.data);
  if (normaliser === undefined)
    throw new InputError(
      `beliefBound: the top machine has ${top.visible} by ${top.hidden} units, too many to sum over; estimate its log Z (estimateLogZ) and give it as logZ`,
    );
  const { program, noise } = await compileBound(layers, rows.shape[0]!);
  const given = Object.fromEntries(layers.map(({ params }, i) => [`params${i}`, cast(params, "float64")]));
  const means: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const own = fold(key, draw);
    const u = Object.fromEntries(noise.map(([name, shape]) => [name, uniform(fold(own, name), shape, "float64")]));
    const { value } = await program.run({ ...given, ...u, v: cast(rows, "float64") });
    const values = floats(value!);
    means.push(mean(values) - normaliser);
  }
  return meanEstimate(means);
}

/** `log p̃(v, h) − log q(h | v)` of one draw of h for each row, `(n)`, up to the top machine's log Z. */
async function compileBound(layers: readonly BeliefLayer[], n: number) {
  const params = layers.map((layer, i) => input(`params${i}`, layer.params.shape, "float64"));
  const noise = layers.slice(0, -1).map(({ hidden }, i) => [`u${i}`, [n, hidden]] as const);
  const u = noise.map(([name, shape]) => input(name, shape, "float64"));
  const v = input("v", [n, layers[0]!.visible], "float64");
  let x: Expr = v;
  let value: Expr | null = null;
  for (const [i, given] of u.entries()) {
    const machine = machineOf(layers[i]!, params[i]!);
    const field = up(machine, x);
    const h = drawn(given, field);
    const gain = sub(logBernoulli(x, down(machine, h)), logBernoulli(h, field));
    value = value ? add(value, gain) : gain;
    x = h;
  }
  const last = neg(energyOf(layers.at(-1)!)(x, params.at(-1)!));
  const named = (list: readonly Expr[], prefix: string) => Object.fromEntries(list.map((e, i) => [`${prefix}${i}`, e]));
  const program = await compile(
    { ...named(params, "params"), ...named(u, "u"), v },
    { value: value ? add(value, last) : last },
  );
  return { program, noise };
}
