/** Three classes of handwritten digits in unequal shares. */

import { digits as handwritten } from "../data/digits.js";
import { imageStudy } from "./images/images.js";
import type { ImageSetting } from "./images/study.js";

/** Every fifth image is for judging. */
const FIFTH = 5;

/** The flow is fitted so briefly that it does not over-fit the two hundred images; what it gets wrong is left to the energy. */
const setting = (steps: number): ImageSetting => ({
  model: {
    ...{ pretrain: 150, steps, batch: 64, evaluateEvery: 100, draws: 4000 },
    flow: { name: "glow", levels: 2, couplings: 4, channels: 24, blocks: 1, base: "mixture" },
    energy: { name: "tilted", base: "flow", network: { name: "residual", widths: [16, 32] } },
    objective: { name: "self-normalised-likelihood", noise: "frozen-flow", negatives: 256 },
    optimizer: { energy: { name: "adamw", learningRate: 3e-4, weightDecay: 1 } },
  },
  ...{ train: 10_000, test: 1000, chains: 64, draws: 60, proposed: 10_000, judge: 300 },
});

export const digits = imageStudy({
  name: "digits",
  title: "Handwritten digits, three classes in shares of 4:2:1",
  about: "Images of 8×8 pixels and 17 levels: bits per dimension, and the weights of three classes.",
  cite: "Alpaydin & Kaynak (1998), Optical recognition of handwritten digits",
  async load(part) {
    const { rows, labels } = await handwritten();
    const kept = [...labels.keys()].filter((i) => (i % FIFTH === 0) === (part === "test"));
    const levels = Uint8Array.from(kept.flatMap((i) => Array.from(rows.data.subarray(64 * i, 64 * (i + 1)))));
    return { shape: [1, 8, 8], levels, labels: kept.map((i) => String(labels[i]!)) };
  },
  levels: 17,
  shares: { 0: 4, 1: 2, 2: 1 },
  called: { 0: "zeros", 1: "ones", 2: "twos", 3: "threes" },
  anomaly: { normal: "3", other: "1" },
  settings: { quick: setting(600), full: setting(1200) },
  tolerance: 0.03,
});
