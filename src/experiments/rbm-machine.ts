/** Small machines trained and known exactly: what the units of the experiment share. */

import { barsAndStripes } from "../data/bars-and-stripes.js";
import { rbmEnergy } from "../energies/rbm.js";
import { type RbmSizes, rbmDraws, rbmLogZ } from "../energies/rbm-exact.js";
import { statesOf } from "../energies/states.js";
import type { Expr } from "../ir/expr.js";
import { meanEstimate } from "../metrics/intervals/interval.js";
import { importance } from "../metrics/log-z/importance.js";
import type { Estimate } from "../metrics/metric.js";
import { contrastiveDivergence } from "../objectives/methods/contrastive-divergence.js";
import { likelihood } from "../objectives/methods/likelihood.js";
import { persistentContrastiveDivergence } from "../objectives/methods/persistent-contrastive-divergence.js";
import type { Iteration, Model } from "../objectives/objective.js";
import { add } from "../ops/arithmetic.js";
import { constant, input } from "../ops/leaf.js";
import { stack } from "../ops/shape.js";
import { mean } from "../ops/special.js";
import type { Transform } from "../optim/transform.js";
import { fold, type Key } from "../random/key.js";
import { compile } from "../runtime/program.js";
import { anneal } from "../samplers/driver/anneal.js";
import { runSession } from "../train/run-session.js";
import { newSession } from "../train/session.js";
import { compileTrainer } from "../train/trainer.js";
import { cast, type FloatTensor, floats, type Tensor, tensor } from "../util/tensor.js";

/** Ways to train: exactly, or by so many Gibbs sweeps an update, from the data or from chains that go on. */
export type RbmMethod = "likelihood" | `cd-${number}` | `pcd-${number}`;

export function machineOf({ visible, hidden }: RbmSizes, weightScale: number): Model {
  return { event: [visible], energy: rbmEnergy([visible], { hiddenUnits: hidden, weightScale }) };
}

function iterationOf(method: RbmMethod, model: Model, batch: number): Iteration {
  if (method === "likelihood") return likelihood(model, batch);
  const [name, sweeps] = method.split("-");
  const chains = { local: "gibbs", localSteps: Number(sweeps) } as const;
  if (name === "cd") return contrastiveDivergence(model, batch, chains);
  return persistentContrastiveDivergence(model, batch, { ...chains, chains: batch });
}

export interface MachineTraining {
  readonly model: Model;
  readonly method: RbmMethod;
  /** `(n, visible)`. */
  readonly data: FloatTensor;
  readonly batch: number;
  readonly steps: number;
  readonly optimizer: Transform;
  readonly key: Key;
  /** Called after these steps. */
  readonly marks: readonly number[];
  at(step: number, params: FloatTensor): Promise<void>;
  tick(done: number): void;
}

/** Train a machine; its parameters at the end. */
export async function trainMachine(given: MachineTraining): Promise<FloatTensor> {
  const { model, method, data, batch, steps, optimizer, key, marks, tick } = given;
  const optimizers = { energy: optimizer, flow: optimizer };
  const trainer = await compileTrainer({
    ...{ model, iteration: iterationOf(method, model, batch), optimizers, batch, average: 0, steps },
  });
  const due = new Set(marks);
  const every = Math.max(1, Math.floor(steps / 50));
  const session = newSession({
    training: {
      ...{ trainer, data, batch, steps, key: fold(key, "train"), start: trainer.start(fold(key, "start"), data) },
      largestGap: Number.POSITIVE_INFINITY,
    },
  });
  await runSession(session, async (step, _, now) => {
    if (due.has(step)) await given.at(step, now["params.energy"] as FloatTensor);
    if (step % every === 0) tick(step / steps);
  });
  return session.state()["params.energy"] as FloatTensor;
}

/** Mean negative log-likelihood of each set of rows in nats, exactly, in double precision, at any parameters. */
export async function exactLosses(
  { energy }: Model,
  ...sets: readonly FloatTensor[]
): Promise<(params: FloatTensor) => Promise<number[]>> {
  const params = input("params", [energy.layout.size], "float64");
  const logZ = energy.logZ!(params);
  const loss = (rows: FloatTensor): Expr => add(mean(energy(constant(cast(rows, "float64")), params)), logZ);
  const program = await compile({ params }, { losses: stack(sets.map(loss)) });
  return async (at) => Array.from(floats((await program.run({ params: cast(at, "float64") })).losses!));
}

/** All images of bars and stripes of a side, each once, so many times over. */
export function patternRows(side: number, times: number): Tensor<Float64Array> {
  const { event, logDensity } = barsAndStripes({ side });
  const d = side * side;
  const all = statesOf({ kind: "binary", values: [0, 1] }, event, 0, 2 ** d);
  const patterns = Array.from(logDensity(all), (log, s) => (log > Number.NEGATIVE_INFINITY ? s : -1)).filter(
    (s) => s >= 0,
  );
  const x = new Float64Array(times * patterns.length * d);
  for (let i = 0; i < times * patterns.length; i++) {
    const s = patterns[i % patterns.length]!;
    x.set(all.data.subarray(s * d, s * d + d), i * d);
  }
  return tensor(x, [times * patterns.length, d]);
}

/** Log Z from below and from above, and as it is. */
export interface Bracket {
  readonly logZ: number;
  /** Mean log-weight of annealing from the uniform law to the machine: below log Z on average. */
  readonly low: Estimate;
  /** The same backwards, from exact draws: above. */
  readonly high: Estimate;
  /** Log of the mean weight, forwards. */
  readonly ais: Estimate;
  /** Log of the mean weight without temperatures between: plain importance sampling, the control. */
  readonly direct: Estimate;
}

export interface AnnealSizes {
  readonly chains: number;
  readonly temperatures: number;
}

export async function bracketLogZ(
  { energy }: Model,
  params: FloatTensor,
  sizes: RbmSizes,
  { chains, temperatures }: AnnealSizes,
  key: Key,
): Promise<Bracket> {
  const run = { energy, params, chains, temperatures };
  const start = cast(rbmDraws(params.data, sizes, fold(key, "draws"), chains), "float32");
  const forward = await anneal({ ...run, key: fold(key, "forward") });
  const reverse = await anneal({ ...run, key: fold(key, "reverse"), reverse: true, start });
  const direct = await anneal({ ...run, temperatures: 2, key: fold(key, "direct") });
  return {
    logZ: rbmLogZ(params.data, sizes),
    low: meanEstimate(forward.logWeights),
    high: meanEstimate(reverse.logWeights),
    ais: importance(forward.logWeights).logZ,
    direct: importance(direct.logWeights).logZ,
  };
}
