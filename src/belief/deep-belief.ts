/**
 * Deep belief networks: a stack of restricted Boltzmann machines over bits, trained greedily from below (Hinton, Osindero &
 * Teh 2006). The top two layers form a machine; below it, each layer is drawn given the one above.
 */

import { z } from "zod";
import { rbmEnergy } from "../energies/rbm.js";
import { contrastiveDivergence } from "../objectives/methods/contrastive-divergence.js";
import { persistentContrastiveDivergence } from "../objectives/methods/persistent-contrastive-divergence.js";
import type { Model } from "../objectives/objective.js";
import { sgd } from "../optim/sgd.js";
import { fold, type Key } from "../random/key.js";
import { runSession } from "../train/run-session.js";
import { newSession } from "../train/session.js";
import { compileTrainer } from "../train/trainer.js";
import { InputError } from "../util/errors.js";
import { parseOptions } from "../util/options.js";
import { asRows, type Rows } from "../util/rows.js";
import { type FloatTensor, showShape } from "../util/tensor.js";
import { type Belief, transposed, upwards } from "./belief-layers.js";

const options = z.strictObject({
  hidden: z.array(z.number().int().min(1)).min(1).default([64, 64]).describe("units of each hidden layer, from below"),
  steps: z.number().int().min(1).default(2000).describe("training steps of each machine"),
  batch: z.number().int().min(1).default(100).describe("rows a minibatch"),
  learningRate: z
    .number()
    .positive()
    .default(0.1)
    .describe("η at the beginning; it falls to 0 over each machine's steps"),
  objective: z.enum(["pcd", "cd"]).default("pcd").describe("persistent chains, or chains that start at the data"),
  sweeps: z.number().int().min(1).default(1).describe("k, Gibbs sweeps each step"),
  copies: z
    .number()
    .int()
    .min(1)
    .default(4)
    .describe("draws of the hidden units of each row that the next machine sees"),
});

export type DeepBeliefOptions = z.input<typeof options> & {
  /** Called after every step of every machine, counted from 0; returning `false` ends that machine's training. */
  readonly progress?: (layer: number, step: number) => boolean | undefined;
};

/**
 * Train a stack on rows of 0 and 1, `(n, d)`. Each machine learns the draws of the hidden units of the one below given the
 * rows. Where a layer has as many units as the one two below it, its machine begins as the transpose of the machine below:
 * the bound on the likelihood then begins where that machine left it, and what the new one gains on its own rows is added.
 * @throws InputError for options that make no stack or rows that are no bits. @throws NumericError when a training diverges.
 */
export async function trainDeepBelief(
  bits: Rows,
  { progress, ...given }: DeepBeliefOptions,
  key: Key,
): Promise<Belief> {
  const o = parseOptions("trainDeepBelief", options, given);
  const rows = asRows("trainDeepBelief", bits);
  if (rows.shape.length !== 2 || rows.shape[0] === 0 || !rows.data.every((v) => v === 0 || v === 1))
    throw new InputError(
      `trainDeepBelief: rows have shape ${showShape(rows.shape)}, expected (n, d) of zeros and ones`,
    );
  const layers: Belief["layers"][number][] = [];
  let data = rows;
  for (const [i, hidden] of o.hidden.entries()) {
    const own = fold(key, i);
    const visible = data.shape[1]!;
    const below = layers.at(-1);
    const start = below && below.visible === hidden ? transposed(below).params : undefined;
    const model: Model = { event: [visible], energy: rbmEnergy([visible], { hiddenUnits: hidden, weightScale: 0.01 }) };
    const params = await trainLayer({ ...{ model, data, start, key: own }, o, seen: (step) => progress?.(i, step) });
    layers.push({ visible, hidden, params });
    if (i + 1 < o.hidden.length) data = await upwards(layers.at(-1)!, data, o.copies, fold(own, "up"));
  }
  return { layers };
}

interface LayerTraining {
  readonly model: Model;
  readonly data: FloatTensor;
  readonly start: FloatTensor | undefined;
  readonly key: Key;
  readonly o: z.output<typeof options>;
  seen(step: number): boolean | undefined;
}

async function trainLayer({ model, data, start, key, o, seen }: LayerTraining): Promise<FloatTensor> {
  const { batch, steps, learningRate, sweeps } = o;
  const chains = { local: "gibbs", localSteps: sweeps } as const;
  const iteration =
    o.objective === "cd"
      ? contrastiveDivergence(model, batch, chains)
      : persistentContrastiveDivergence(model, batch, { ...chains, chains: batch });
  const optimizer = sgd.make({ learningRate, schedule: "cosine" }, steps);
  const trainer = await compileTrainer({
    ...{ model, iteration, optimizers: { energy: optimizer, flow: optimizer }, batch, average: 0, steps },
  });
  const state = trainer.start(fold(key, "start"), data, start && { energy: Float32Array.from(start.data) });
  const session = newSession({ training: { trainer, data, batch, steps, key: fold(key, "train"), start: state } });
  await runSession(session, seen);
  return session.state()["params.energy"] as FloatTensor;
}
