/** The paper's last experiment: CIFAR-10, here with three classes in unequal shares. */

import { cifarFiles } from "../data/images/cifar-files.js";
import { imageStudy } from "./images/images.js";
import { readPacked } from "./images/packed.js";

export const cifar10 = imageStudy({
  name: "cifar10",
  title: "CIFAR-10, three classes in shares of 4:2:1",
  about:
    "Images of 32×32 pixels in colour, by flow and energy trained together as in the paper: bits, jumps, and the weights of three classes, which it does not report.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, section C.6; Krizhevsky (2009), Learning multiple layers of features from tiny images",
  data: {
    about:
      "CIFAR-10, binary version: data_batch_1.bin to data_batch_5.bin and test_batch.bin, from www.cs.toronto.edu/~kriz/cifar.html",
    takes: (name) => /^(data_batch_\d+|test_batch)\.bin$/.test(name),
  },
  load: (part, data, read) => readPacked(cifarFiles, part, data, read),
  levels: 256,
  shares: { 0: 4, 1: 2, 8: 1 },
  called: { 0: "airplanes", 1: "automobiles", 8: "ships" },
  settings: {
    // That the system runs, in minutes on two cores.
    quick: {
      model: {
        ...{ pretrain: 30, steps: 10, batch: 32, evaluateEvery: 5, draws: 200 },
        flow: { name: "multiscale-realnvp", levels: 2, couplings: 2, channels: 8, blocks: 1 },
        energy: { name: "tilted", base: "flow", network: { name: "residual", widths: [8, 16] } },
        objective: { name: "balanced", chains: 16, replay: 64, localSteps: 2, jump: "isir", proposals: 8 },
      },
      trial: true,
      ...{ train: 300, test: 100, chains: 8, draws: 10, proposed: 200, judge: 60 },
    },
    full: {
      model: { objective: { name: "balanced", preset: "paper-images" }, steps: 8000, evaluateEvery: 1000, draws: 2000 },
      ...{ train: 17_500, test: 1000, chains: 64, draws: 40, proposed: 10_000, judge: 1000 },
    },
  },
  tolerance: 0.03,
});
