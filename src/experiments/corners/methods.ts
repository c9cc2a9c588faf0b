/** Ways to train an energy on modes in many dimensions, and how the chains of each run once it is trained. */

import type { Role } from "../../report/roles.js";
import { flowMc } from "../../samplers/composites/flow-mc.js";
import { neutra } from "../../samplers/composites/neutra.js";
import { mala } from "../../samplers/kernels/mala.js";
import { ula } from "../../samplers/kernels/ula.js";
import type { Sampler } from "../../samplers/sampler.js";

/** How 128 chains are run to be judged. */
export interface ChainsOfMethod {
  /** Where they start: draws of the trained flow, or of N(0, I) in standardised coordinates. */
  readonly start: "flow" | "normal";
  readonly sampler: Sampler;
  readonly options: Readonly<Record<string, unknown>>;
  /** Steps before the first draw that counts, and draws that count, at most. */
  readonly dropped: number;
  readonly kept: number;
}

export interface CornersMethod {
  readonly label: string;
  /** Whose colour it has. */
  readonly role: Role;
  /** Whether it is shown because its chains do not agree. */
  readonly control?: true;
  /** Largest R-hat over coordinates in the paper's table 2, by dimension. */
  readonly paper?: Readonly<Record<number, number>>;
  /** What its configuration says beside the data, the steps and the seed. */
  config(dimension: number): Readonly<Record<string, unknown>>;
  readonly chains: ChainsOfMethod;
}

// What their options are is checked where they run.
const opaque = (sampler: unknown): Sampler => sampler as Sampler;

const jumping: ChainsOfMethod = { start: "flow", sampler: opaque(flowMc), options: {}, dropped: 100, kept: 1000 };

const walking: ChainsOfMethod = { start: "normal", sampler: opaque(mala), options: {}, dropped: 500, kept: 500 };

const inLatentSpace: ChainsOfMethod = {
  ...walking,
  ...{ start: "flow", sampler: opaque(neutra), options: { local: "mala" } },
};

const fast = { name: "adam", learningRate: 3e-3, schedule: "cosine" } as const;

/** Variance of a coordinate of the paper's target: a step of ε is one of ε/(1 + a²) in standardised coordinates. */
const VARIANCE = 1 + 0.5919 ** 2;

/** Sizes of the layers of the paper's flows; a block there is two coupling layers here. */
const width: Readonly<Record<number, number>> = { 16: 32, 32: 39, 64: 51 };

/** What a preset does not say of this target: the size of the flow, the rows a minibatch. */
const asInThePaper = (d: number) => {
  const w = width[d] ?? 32;
  return { flow: { name: "realnvp", hidden: [w, w, w] }, batch: 128 };
};

const methods = {
  balanced: {
    ...{ label: "balanced", role: "ebm", paper: { 16: 1.01, 32: 1.01, 64: 1.05 } },
    // At the usual rate the energy is still on its way in 64 coordinates when the steps are over.
    config: () => ({ objective: { name: "balanced" }, optimizer: { energy: fast } }),
    chains: jumping,
  },
  paper: {
    ...{ label: "balanced, as in the paper", role: "truth", paper: { 16: 1.01, 32: 1.01, 64: 1.05 } },
    config: (d) => ({
      ...asInThePaper(d),
      objective: {
        ...{ name: "balanced", preset: "paper", chains: 128, rounds: 16, localSteps: 8, localStepsAfter: 0 },
        ...{ proposals: 128, thin: 1 },
      },
    }),
    chains: { ...jumping, options: { jump: "isir", proposals: 128, localSteps: 8 }, kept: 250 },
  },
  "ula-ebm": {
    ...{ label: "ULA-EBM", role: "failure", control: true, paper: { 16: 7.3, 32: 9.29, 64: 90.9 } },
    config: (d) => ({
      ...asInThePaper(d),
      objective: { name: "pcd", preset: "paper", chains: 128, start: "noise", stepSize: 1e-3 / VARIANCE },
    }),
    chains: { ...walking, sampler: opaque(ula), options: { stepSize: 1e-3 / VARIANCE } },
  },
  "nt-ebm": {
    ...{ label: "NT-EBM", role: "flow", paper: { 16: 2.02, 32: 2.5, 64: 3.1 } },
    config: (d) => ({
      ...asInThePaper(d),
      objective: { name: "nt-ebm", preset: "paper", chains: 128 },
      pretrain: 512,
    }),
    chains: inLatentSpace,
  },
  "coop-flow": {
    ...{ label: "CoopFlow", role: "data", control: true, paper: { 16: 20.52, 32: 44.12, 64: 51.66 } },
    config: (d) => ({
      ...asInThePaper(d),
      objective: { name: "coop-flow", preset: "paper", stepSize: 1e-4 / VARIANCE },
      pretrain: 512,
    }),
    // Going down alone, as while training, has no law to agree on.
    chains: { ...walking, start: "flow", sampler: opaque(ula), options: { stepSize: 1e-4 / VARIANCE } },
  },
  pcd: {
    ...{ label: "PCD", role: "failure" },
    config: () => ({ objective: { name: "pcd" } }),
    chains: walking,
  },
  "nt-ebm-barker": {
    ...{ label: "NT-EBM by Barker", role: "flow" },
    config: () => ({ objective: { name: "nt-ebm", flow: "fitted", local: "barker", adapt: true } }),
    chains: inLatentSpace,
  },
  nce: {
    ...{ label: "NCE with a flow", role: "data" },
    config: () => ({ objective: { name: "nce", noise: "flow" } }),
    chains: jumping,
  },
} as const satisfies Readonly<Record<string, CornersMethod>>;

export type CornersMethodName = keyof typeof methods;

export const cornersMethods: Readonly<Record<CornersMethodName, CornersMethod>> = methods;
