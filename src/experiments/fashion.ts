/** Three classes of Fashion-MNIST in unequal shares, and one that is told from another. */

import { idxFiles } from "../data/images/idx-files.js";
import { imageStudy } from "./images/images.js";
import { readPacked } from "./images/packed.js";
import type { ImageSetting } from "./images/study.js";

const setting = (train: number, pretrain: number, steps: number, proposed: number): ImageSetting => ({
  model: {
    ...{ pretrain, steps, batch: 64, evaluateEvery: Math.max(20, steps / 5), draws: 2000 },
    flow: {
      name: "multiscale-realnvp",
      levels: 2,
      couplings: 4,
      channels: 24,
      blocks: 1,
      base: "mixture",
      components: 40,
    },
    energy: { name: "tilted", base: "flow", network: { name: "residual", widths: [16, 32, 32] } },
    objective: { name: "self-normalised-likelihood", noise: "frozen-flow", negatives: 128 },
    optimizer: { energy: { name: "adamw", learningRate: 2e-4, weightDecay: 1 } },
  },
  ...{ train, test: 1000, chains: 32, draws: 40, proposed, judge: 300 },
});

export const fashion = imageStudy({
  name: "fashion",
  title: "Fashion-MNIST, three classes in shares of 4:2:1",
  about:
    "Images of 28×28 pixels: bits per dimension beside the flow's, the weights of three classes, and shirts told from sandals.",
  cite: "Xiao, Rasul & Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms",
  data: {
    about:
      "Fashion-MNIST: train-images-idx3-ubyte, train-labels-idx1-ubyte and the same of t10k, also with .gz; Debian's package dataset-fashion-mnist puts them at /usr/share/datasets/fashion-mnist",
    takes: (name) => /^(train|t10k)-(images-idx3|labels-idx1)-ubyte(\.gz)?$/.test(name),
  },
  load: (part, data, read) => readPacked(idxFiles, part, data, read),
  levels: 256,
  shares: { 0: 4, 1: 2, 8: 1 },
  called: { 0: "tops", 1: "trousers", 8: "bags", 6: "shirts", 5: "sandals" },
  anomaly: { normal: "6", other: "5" },
  settings: { quick: { ...setting(1400, 60, 40, 500), trial: true }, full: setting(10_500, 2500, 300, 10_000) },
  tolerance: 0.03,
});
