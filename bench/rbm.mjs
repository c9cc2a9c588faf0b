/** Epochs of a restricted Boltzmann machine of binary images through the trainer: PCD with one Gibbs sweep. */

import { grad } from "ebbflow/autodiff";
import { rbm as machine } from "ebbflow/energies";
import { persistentContrastiveDivergence } from "ebbflow/objectives";
import { input, mean } from "ebbflow/ops";
import { sgd } from "ebbflow/optim";
import { fold, makeKey, uniform } from "ebbflow/random";
import { compile } from "ebbflow/runtime";
import { compileTrainer } from "ebbflow/train";
import { RUNS } from "./engine.mjs";

const [visible, rows] = [784, 1000];

export async function rbm({ batch, width }, engine) {
  const constants = { learningRate: 0.01, batch, hidden: width };
  const model = { event: [visible], energy: machine({ hiddenUnits: width }, { event: [visible] }) };
  const iteration = persistentContrastiveDivergence(model, batch, { local: "gibbs", localSteps: 1, chains: batch });
  const energy = sgd.make({ learningRate: constants.learningRate });
  const trainer = await compileTrainer({
    ...{ model, iteration, batch, engine },
    optimizers: { energy },
    average: 0,
    steps: RUNS,
  });
  const key = makeKey(3);
  const noise = uniform(fold(key, "data"), [rows, visible]);
  const data = { ...noise, data: noise.data.map((u) => (u < 0.3 ? 1 : 0)) };
  const minibatches = Array.from({ length: rows / batch }, (_, i) => ({
    ...data,
    shape: [batch, visible],
    data: data.data.slice(i * batch * visible, (i + 1) * batch * visible),
  }));

  let state = trainer.start(fold(key, "start"), data);
  const params = state["params.energy"];
  let step = 0;
  return {
    shared: {
      constants,
      tensors: { rows: data, "params.energy": params },
      layouts: { energy: model.energy.layout.leaves },
    },
    results: await ofData(model.energy, minibatches[0], params),
    run: async (repeat) => {
      for (let epoch = 0; epoch < repeat; epoch++)
        for (const points of minibatches) state = (await trainer.step(state, points, fold(key, step++))).state;
      return state["params.energy"];
    },
  };
}

/** Energies of a minibatch, and the derivative of their mean by the parameters. */
async function ofData(energy, points, params) {
  const [x, theta] = [input("x", points.shape), input("params", params.shape)];
  const values = energy(x, theta);
  const program = await compile({ x, params: theta }, { energy: values, gradient: grad(mean(values), [theta])[0] });
  return program.run({ x: points, params });
}
