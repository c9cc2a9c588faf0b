/** The pathologies that metrics of a training show, from the most specific to the most general. */

import { median } from "../util/moments.js";
import { show } from "../util/words.js";
import type { HealthRule } from "./health-rule.js";

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

/** Acceptance below which a kernel is as good as still. */
const STILL = 0.01;

const frozenChains: HealthRule = {
  name: "frozen-chains",
  about: "The chains are frozen: local moves are refused.",
  level: "bad",
  reads: ["localAcceptance"],
  advice: "Take a smaller objective.stepSize, at least ten times, or one that adapts.",
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
  advice: "Take a learning rate ten times smaller, optimizer.energy.learningRate.",
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
  advice:
    "Fit the flow to the data first (pretrain), give the data a larger share in its loss (objective.dataShare), or take a larger flow.",
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
  advice: "Fit the flow to the data first (pretrain), take a larger flow, or train the energy more slowly.",
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
  advice:
    "Take more local steps (objective.localSteps), longer ones where nearly all are accepted, a smaller learning rate, or chains that a flow moves (balanced).",
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
  advice: "Restart more rarely (objective.restart), or take a larger objective.buffer.",
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
  advice: "Take a smaller learning rate, more walkers (objective.chains) or more local steps.",
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
  advice: "Take noise closer to the model, such as a flow fitted to the data, or more objective.negatives.",
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
  advice: "Take noise closer to the data, such as a flow fitted to it.",
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
  advice: "Stop, and train anew with a smaller learning rate or chains that keep up; what was learned is of no use.",
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
  advice: "Take a smaller learning rate, or clip the gradient.",
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
