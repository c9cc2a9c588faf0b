/** The pathologies that metrics of a training show, from the most specific to the most general. */

import { median } from "../util/moments.js";
import { show } from "../util/words.js";
import type { HealthRule } from "./health-rule.js";
import type { Remedy } from "./remedy.js";

const size = (values: readonly number[]): number => median(values.map(Math.abs));

/** The earlier and the later half. */
const halves = (values: readonly number[]): [number[], number[]] => [
  values.slice(0, values.length >> 1),
  values.slice(values.length >> 1),
];

/** The share of successive pairs that differ in sign: ½ for noise around zero, 0 for a drift. */
function signChanges(values: readonly number[]): number {
  const changed = values.filter((v, i) => i > 0 && v * values[i - 1]! < 0).length;
  return changed / (values.length - 1);
}

const slower: Remedy = { words: "take a smaller learning rate", key: "optimizer.energy.learningRate", way: "down" };
const fitFirst: Remedy = {
  ...{ words: "fit the flow to the data first", key: "pretrain" },
  ...{ way: "on", on: 1000, group: "flow" },
};
const largerFlow: Remedy = { words: "take a flow of more layers", key: "flow.layers", way: "up" };
const slowerEnergy: Remedy = {
  words: "train the energy more slowly",
  key: "optimizer.energy.learningRate",
  way: "down",
};
const closerNoise: Remedy = {
  words: "take noise closer to the data, from a flow that is fitted to it",
  key: "objective.noise",
  way: { to: "flow" },
};

/** Acceptance below which a kernel is as good as still. */
const STILL = 0.01;

const frozenChains: HealthRule = {
  name: "frozen-chains",
  about: "The chains are frozen: local moves are refused.",
  level: "bad",
  reads: ["localAcceptance"],
  remedies: [
    { words: "take a step size ten times smaller", key: "objective.stepSize", way: "down", by: 10 },
    { words: "let the step size adapt", key: "objective.adapt", way: "on" },
  ],
  unless: ["learning-rate"],
  sign({ localAcceptance: accepted }) {
    const share = median(accepted!);
    return share < STILL ? `Local acceptance is ${show(share)}` : null;
  },
};

const learningRate: HealthRule = {
  name: "learning-rate",
  about: "The learning rate is too high: updates overshoot.",
  level: "bad",
  reads: ["energyGap", "gradientNorm"],
  remedies: [
    { words: "take a learning rate ten times smaller", key: "optimizer.energy.learningRate", way: "down", by: 10 },
    { words: "clip the gradient", key: "optimizer.energy.clip", way: "on", on: 1 },
  ],
  // Chains that do not move let the energy run away at any learning rate.
  unless: ["frozen-chains"],
  sign({ energyGap: gap, gradientNorm: norm }, scale) {
    const [before, after] = halves(norm!).map(median) as [number, number];
    const [narrow, wide] = halves(gap!).map(size) as [number, number];
    // A gap of batch noise changes its sign too, but it does not grow.
    if (signChanges(gap!) < 0.15 || size(gap!) < 2 * scale || wide < 1.5 * narrow || after < 1.5 * before) return null;
    return `The energy gap swings by ${show(size(gap!))} nats, and the gradient grew from ${show(before)} to ${show(after)}`;
  },
};

const missedMode: HealthRule = {
  name: "missed-mode",
  about: "The flow misses a mode: some chains can never jump while the others do.",
  level: "bad",
  reads: ["hopelessJumps", "globalAcceptance", "localAcceptance"],
  remedies: [
    fitFirst,
    {
      ...{ words: "give the data a larger share in the loss of the flow", key: "objective.dataShare" },
      ...{ way: "up", most: 1, group: "flow" },
    },
    largerFlow,
    slowerEnergy,
  ],
  unless: ["learning-rate", "frozen-chains"],
  sign({ hopelessJumps: hopeless, globalAcceptance: jumped, localAcceptance: walked }) {
    const accepted = median(jumped!);
    // An energy that moves fast leaves the flow behind for a while: only what lasts is missed.
    const shares = halves(hopeless!).map(median);
    const share = Math.min(...shares);
    if (share < 0.15 || Math.max(...shares) > 0.9 || accepted < STILL || median(walked!) < 0.1) return null;
    return `${show(100 * share)} % of the chains have less than one chance in 10⁸, the mean acceptance is ${show(accepted)}`;
  },
};

const idleFlow: HealthRule = {
  name: "idle-flow",
  about: "The flow and the energy disagree everywhere: jumps are refused while local moves are accepted.",
  level: "bad",
  reads: ["globalAcceptance", "localAcceptance"],
  remedies: [fitFirst, largerFlow, slowerEnergy],
  unless: ["learning-rate", "frozen-chains"],
  sign({ globalAcceptance: jumped, localAcceptance: walked }) {
    const accepted = median(jumped!);
    if (accepted >= STILL || median(walked!) < 0.1) return null;
    return `Global acceptance is ${show(accepted)}, local acceptance ${show(median(walked!))}`;
  },
};

const underMixed: HealthRule = {
  name: "under-mixed",
  about: "The negatives are under-mixed: chains lag behind the energy.",
  level: "warn",
  reads: ["energyGap"],
  remedies: [
    { words: "take more local steps", key: "objective.localSteps", way: "up" },
    { words: "take longer steps where nearly all are accepted", key: "objective.stepSize", way: "up" },
    slower,
    { words: "train by balanced, whose chains a flow moves", key: "objective.name", way: { to: "balanced" } },
  ],
  unless: ["learning-rate", "frozen-chains"],
  sign({ energyGap: gap }, scale) {
    const [before, after] = halves(gap!).map(median) as [number, number];
    // Early in a healthy training the chains lag too, and then catch up.
    if (Math.max(...gap!) >= 0 || before > -3 * scale || after > before) return null;
    return `Chains lie ${show(-after)} nats above the data, ${show(-before)} before, and do not catch up`;
  },
};

const restartedBuffer: HealthRule = {
  name: "restarted-buffer",
  about: "The buffer collapsed to its restarts: points are replaced before they can arrive.",
  level: "warn",
  reads: ["bufferAge"],
  remedies: [
    { words: "restart more rarely", key: "objective.restart", way: "down" },
    { words: "take a larger buffer", key: "objective.buffer", way: "up" },
  ],
  sign({ bufferAge: age }) {
    const [before, after] = halves(age!).map(median) as [number, number];
    // A young buffer still grows older; one that is renewed does not.
    return after < 10 && after < 1.05 * before ? `Its mean age stays at ${show(after)} iterations` : null;
  },
};

const degenerateWalkers: HealthRule = {
  name: "degenerate-walkers",
  about: "The walkers are degenerate: few carry all the weight.",
  level: "bad",
  reads: ["ess"],
  remedies: [
    slower,
    { words: "take more walkers", key: "objective.chains", way: "up" },
    { words: "take more local steps", key: "objective.localSteps", way: "up" },
  ],
  sign({ ess }) {
    const share = median(ess!);
    return share < 0.1 ? `The effective sample size is ${show(100 * share)} % of them` : null;
  },
};

const degenerateWeights: HealthRule = {
  name: "degenerate-weights",
  about: "The noise does not cover the model: few of its points carry all the weight.",
  level: "bad",
  reads: ["weightEss"],
  remedies: [closerNoise, { words: "draw more points of noise", key: "objective.negatives", way: "up" }, largerFlow],
  sign({ weightEss }) {
    const share = median(weightEss!);
    return share < STILL ? `The effective sample size is ${show(100 * share)} % of them` : null;
  },
};

const easyNoise: HealthRule = {
  name: "easy-noise",
  about: "The noise is too easy to tell from the data: what is left to learn has next to no gradient.",
  level: "warn",
  reads: ["accuracy"],
  remedies: [
    closerNoise,
    { words: "take noise of a smaller deviation", key: "objective.deviation", way: "down" },
    largerFlow,
  ],
  sign({ accuracy }) {
    const share = median(accuracy!);
    return share > 0.995 ? `${show(100 * share)} % are classified right` : null;
  },
};

const divergence: HealthRule = {
  name: "divergence",
  about: "The energy runs away.",
  level: "bad",
  reads: ["energyGap"],
  remedies: [
    {
      words: "stop, since what was learned is of no use, and train anew with a smaller learning rate",
      key: "optimizer.energy.learningRate",
      way: "down",
    },
    { words: "take more local steps, so that chains keep up", key: "objective.localSteps", way: "up" },
    {
      words: "let the training go back to a checkpoint and on at half the rate",
      key: "onDivergence",
      way: { to: "rollback" },
    },
  ],
  sign({ energyGap: gap }, scale) {
    const [before, after] = halves(gap!).map(size) as [number, number];
    if (after < 10 * scale || after < 4 * before) return null;
    return `The gap between data and chains grew from ${show(before)} to ${show(after)} nats`;
  },
};

const explodingGradient: HealthRule = {
  name: "exploding-gradient",
  about: "The gradient explodes.",
  level: "bad",
  reads: ["gradientNorm"],
  remedies: [slower, { words: "clip the gradient", key: "optimizer.energy.clip", way: "on", on: 1 }],
  unless: ["learning-rate", "divergence"],
  sign({ gradientNorm: norm }) {
    const [before, after] = halves(norm!).map(median) as [number, number];
    return before > 0 && after >= 20 * before ? `Its norm grew from ${show(before)} to ${show(after)}` : null;
  },
};

/** Every rule. Of those that explain others the explaining one comes first. */
export const healthRules: readonly HealthRule[] = [
  frozenChains,
  learningRate,
  missedMode,
  idleFlow,
  underMixed,
  restartedBuffer,
  degenerateWalkers,
  degenerateWeights,
  easyNoise,
  divergence,
  explodingGradient,
];
