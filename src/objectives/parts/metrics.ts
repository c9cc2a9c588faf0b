/** Metrics that several objectives report: one name, one meaning. */

import type { TraceFigure, TrainingMetric, TrainingMetrics } from "../training-metric.js";

const energies: TraceFigure = { title: "Energies", yLabel: "mean energy, nats" };

const gap: TraceFigure = {
  title: "Gap between energies",
  yLabel: "mean E(data) − mean E(chains)",
  caption: "It hovers around zero while chains and model agree; it is no measure of progress.",
};

const acceptances: TraceFigure = {
  title: "Acceptance",
  yLabel: "share of proposals",
  caption: "Local moves, and jumps that the flow proposes.",
};

/** What contrastive objectives report. */
export const energyMetrics: TrainingMetrics = {
  energyData: { about: "Mean energy of the rows.", unit: "nats", label: "data", role: "data", figure: energies },
  energyModel: { about: "Mean energy of the negatives.", unit: "nats", label: "negatives", figure: energies },
  energyGap: {
    about: "How far the rows lie above the negatives in energy.",
    unit: "nats",
    label: "energy gap",
    figure: gap,
    progress: { label: "gap" },
    healthAs: "energyGap",
  },
};

const local = (about: string): TrainingMetric => ({
  about,
  unit: "share",
  label: "local",
  figure: acceptances,
  progress: { label: "accepted" },
  healthAs: "localAcceptance",
});

/** Of chains with one kernel, where it refuses moves. */
export const acceptanceMetrics: TrainingMetrics = {
  acceptance: local("Share of the moves of the chains that are accepted."),
};

/** Of the local moves of a composite kernel, where it refuses some. */
export const localAcceptanceMetrics: TrainingMetrics = {
  localAcceptance: local("Share of local moves that are accepted."),
};

/** Of chains that a flow moves. */
export const flowChainMetrics: TrainingMetrics = {
  ...localAcceptanceMetrics,
  globalAcceptance: {
    about: "Share of the jumps proposed by the flow that leave their point.",
    unit: "share",
    label: "jumps",
    role: "flow",
    figure: acceptances,
    progress: { label: "accepted" },
    healthAs: "globalAcceptance",
  },
  hopelessJumps: {
    about: "Share of chains whose jump has less than one chance in 10⁸: in a mode that the flow does not know.",
    unit: "share",
    label: "hopeless jumps",
    role: "flow",
    healthAs: "hopelessJumps",
  },
};

/** Of those that tell data from noise. */
export const accuracyMetrics: TrainingMetrics = {
  accuracy: {
    about: "How often data are told from noise.",
    unit: "share",
    label: "told from noise",
    progress: { label: "right" },
    healthAs: "accuracy",
  },
};

export const classificationMetrics: TrainingMetrics = {
  classification: {
    about: "Loss of the classification; about log 2 a class where they are alike.",
    unit: "nats",
    label: "classification loss",
    progress: { label: "loss", digits: 3 },
  },
};

export const logZMetrics: TrainingMetrics = {
  logZ: {
    about: "log Z of the energy at this step, in the coordinates of the training, as the objective knows it.",
    unit: "nats",
    label: "log Z",
    progress: { label: "log Z" },
  },
};

/** Of an energy whose log Z is followed. */
export const crossEntropyMetrics: TrainingMetrics = {
  ...logZMetrics,
  crossEntropy: {
    about: "log Z + mean E of the rows: their negative log-likelihood, with the error of that log Z.",
    unit: "nats",
    label: "cross-entropy",
    figure: { title: "Cross-entropy of the batch", yLabel: "nats a row", inCoordinates: true },
  },
};

export const essMetrics: TrainingMetrics = {
  ess: {
    about: "Effective sample size of the weighted points, as a share of them; the smallest where there are several.",
    unit: "share",
    label: "effective sample size",
    healthAs: "ess",
  },
};

export const likelihoodMetrics: TrainingMetrics = {
  negativeLogLikelihood: {
    about: "Mean negative log-likelihood of the batch under what is fitted to it.",
    unit: "nats",
    label: "batch",
    progress: { label: "-log-lik", digits: 3 },
    figure: { title: "Likelihood of the batch", yLabel: "−log-likelihood, nats a row", inCoordinates: true },
  },
};

export const entropyMetrics: TrainingMetrics = {
  entropy: {
    about: "Entropy of the flow, by its own draws.",
    unit: "nats",
    label: "entropy of the flow",
    role: "flow",
    progress: { label: "entropy" },
  },
};

const curvature: TraceFigure = { title: "Score and curvature", yLabel: "mean at the rows" };

export const squaredScoreMetrics: TrainingMetrics = {
  squaredScore: {
    about: "Mean of |∇E|² at the rows.",
    unit: "squared nats",
    label: "|∇E|²",
    figure: curvature,
  },
};

/** Of score matching. */
export const scoreMatchingMetrics: TrainingMetrics = {
  scoreMatching: {
    about: "Loss of score matching, the mean of ½ |∇E|² − tr ∇²E at the rows.",
    unit: "squared nats",
    label: "score matching loss",
    progress: { label: "loss", digits: 3 },
  },
  ...squaredScoreMetrics,
  laplacian: {
    about: "Mean of tr ∇²E at the rows, which is that of |∇E|² where the model is the law of the data.",
    unit: "squared nats",
    label: "tr ∇²E",
    role: "data",
    figure: curvature,
  },
};

export const denoisingMetrics: TrainingMetrics = {
  denoising: {
    about: "Loss of taking noise off by the gradient of the energy; about d/2 for a flat one.",
    unit: "nats",
    label: "denoising loss",
    progress: { label: "denoising", digits: 3 },
  },
};
