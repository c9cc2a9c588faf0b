/** Ways to learn a density in the plane that several experiments compare. */

import { objectiveMethods } from "../objective-methods.js";
import type { PlanarMethod } from "./declaration.js";

/** A method without its budget. */
export interface Way extends Pick<PlanarMethod, "title" | "role"> {
  readonly config: PlanarMethod["config"] & { readonly objective?: object };
}

/** A method of the comparison of objectives, by its name there, with options beside those that it declares. */
function declared(name: string, options: Readonly<Record<string, unknown>> = {}): Way["config"] {
  const { objective, learningRate } = objectiveMethods[name]!;
  const rate = learningRate && { optimizer: { energy: { name: "adam", schedule: "step", learningRate } } };
  return { objective: { ...objective, ...options }, ...rate };
}

/** What `ebbflow train` does unless told otherwise, and that without what makes it work. */
export const balanced = {
  balanced: { title: "balanced training", role: "ebm", config: {} },
  "balanced-without-jumps": {
    title: "balanced without jumps",
    role: "failure",
    config: { objective: { name: "balanced", jumps: false }, closing: 0 },
  },
} as const satisfies Record<string, Way>;

/** The base of the energy with nothing learned: of standardised rows, the Gaussian with their means and variances. */
export const gaussian = {
  gaussian: {
    title: "a fitted Gaussian",
    role: "data",
    config: { objective: { name: "nce" }, optimizer: { energy: { learningRate: 1e-12 } }, average: 0 },
  },
} as const satisfies Record<string, Way>;

/** Step sizes of the paper in the units of the rows: δ²/2 of ULA-EBM with δ = 0.125, and CoopFlow's. */
const [ulaStep, coopStep] = [0.125 ** 2 / 2, 5e-4];

/**
 * The paper's method and what it is compared with there, at the settings of its tables 4 and 5.
 * @param variance of a coordinate of the rows, the largest: standardised rows are walked in as many times smaller steps.
 */
export const ofThePaper = (variance: number) =>
  ({
    paper: {
      title: "balanced as in the paper",
      role: "ebm",
      config: { objective: { name: "balanced", preset: "paper" } },
    },
    "nt-ebm": { title: "NT-EBM", role: "failure", config: { objective: { name: "nt-ebm", preset: "paper" } } },
    "ula-ebm": {
      title: "ULA-EBM",
      role: "failure",
      config: { objective: { name: "pcd", preset: "paper", stepSize: ulaStep / variance } },
    },
    "coop-flow": {
      title: "CoopFlow",
      role: "failure",
      config: { objective: { name: "coop-flow", preset: "paper", stepSize: coopStep / variance } },
    },
  }) as const satisfies Record<string, Way>;

/** The best of our own beside it that make no long walks. */
export const others = {
  nce: { title: "NCE with a flow", role: "data", config: declared("nce, flow noise") },
  "self-normalised-likelihood": {
    title: "self-normalised likelihood",
    role: "data",
    config: declared("self-normalised likelihood"),
  },
  "diffusive-classification": {
    title: "diffusive classification",
    role: "data",
    config: declared("diffusive classification"),
  },
} as const satisfies Record<string, Way>;

/** Those whose iteration takes as long as one of the paper's. */
export const walkers = {
  "annealed-likelihood": { title: "annealed likelihood", role: "data", config: declared("annealed likelihood") },
  "tempered-pcd": { title: "tempered PCD", role: "data", config: declared("tempered pcd") },
  jarzynski: {
    title: "Jarzynski with jumps of a flow",
    role: "data",
    config: { ...declared("jarzynski", { kernel: "flow-mc" }), pretrain: 500 },
  },
} as const satisfies Record<string, Way>;

/** Each of several ways with the steps and seeds it gets. */
export const each = <Name extends string>(
  ways: Readonly<Record<Name, Way>>,
  given: Pick<PlanarMethod, "steps" | "seeds">,
): Record<Name, PlanarMethod> =>
  Object.fromEntries(Object.entries<Way>(ways).map(([name, way]) => [name, { ...way, ...given }])) as Record<
    Name,
    PlanarMethod
  >;
