/** Whole training iterations through the trainer: noise drawn on the host, state in and state out, every step. */

import { neural } from "ebbflow/energies";
import { realnvp } from "ebbflow/flows";
import { balanced as balancedObjective, persistentContrastiveDivergence } from "ebbflow/objectives";
import { adam } from "ebbflow/optim";
import { drawNoise, fold, makeKey, normal } from "ebbflow/random";
import { compileTrainer } from "ebbflow/train";
import { RUNS, timed } from "./engine.mjs";

const event = [2];
const learningRate = 1e-4; // small: thousands of iterations must not leave the numbers
const optimizer = () => adam.make({ learningRate });

/** 10 Langevin steps of persistent chains, the contrastive gradient, Adam. */
export function pcd({ batch, width }, engine) {
  const constants = { stepSize: 0.005, learningRate };
  const model = { event, energy: neural({ hidden: [width, width] }, { event }) };
  const options = { chains: batch, localSteps: 10, stepSize: constants.stepSize };
  const iteration = persistentContrastiveDivergence(model, batch, options);
  return trained({ model, iteration, batch, constants, noiseNames: { "walk.xi": "noise" }, engine });
}

/** 10 MALA steps, one jump proposed by a RealNVP, both gradients, both Adams. */
export function balanced({ batch, width }, engine) {
  const constants = { stepSize: 0.005, learningRate, scaleBound: 2, dataShare: 0.2, layers: 8 };
  const model = {
    event,
    energy: neural({ hidden: [width, width, width] }, { event }),
    flow: realnvp({ layers: constants.layers, hidden: [64, 64], scaleBound: constants.scaleBound }, event),
  };
  const { stepSize, dataShare } = constants;
  const iteration = balancedObjective(model, batch, { chains: batch, localSteps: 10, stepSize, dataShare });
  const noiseNames = { "chain.local.xi": "xi", "chain.local.u": "u", "chain.jump.z": "jumpZ", "chain.u": "jumpU" };
  return trained({ model, iteration, batch, constants, noiseNames, engine });
}

/** @returns the shared numbers, the first step's chains and moments of the gradient, and a loop of steps. */
async function trained({ model, iteration, batch, constants, noiseNames, engine }) {
  const groups = iteration.groups;
  const optimizers = Object.fromEntries(groups.map((group) => [group, optimizer()]));
  const key = makeKey(2);
  const data = normal(fold(key, "data"), [batch, ...event]);
  const noise = drawNoise(fold(key, 0), iteration.noise);
  const [{ trainer, begun, stepped }, first] = await timed(async () => {
    const trainer = await compileTrainer({ model, iteration, optimizers, batch, engine, average: 0, steps: RUNS });
    const begun = trainer.start(fold(key, "start"), data);
    return { trainer, begun, stepped: (await trainer.step(begun, data, fold(key, 0))).state };
  });

  let state = stepped;
  let step = 1;
  return {
    first,
    shared: {
      constants,
      tensors: {
        batch: data,
        chains: begun["carry.chains"],
        ...Object.fromEntries(groups.map((group) => [`params.${group}`, begun[`params.${group}`]])),
        ...Object.fromEntries(Object.entries(noiseNames).map(([name, shared]) => [shared, noise[name]])),
      },
      layouts: Object.fromEntries(groups.map((group) => [group, model[group].layout.leaves])),
    },
    results: {
      chains: stepped["carry.chains"],
      ...Object.fromEntries(
        groups.flatMap((group) =>
          ["m", "v"].map((name) => [`${name}.${group}`, stepped[`optimizer.${group}.${name}`]]),
        ),
      ),
    },
    run: async (repeat) => {
      for (let i = 0; i < repeat; i++, step++) state = (await trainer.step(state, data, fold(key, step))).state;
      return state["carry.chains"];
    },
  };
}
