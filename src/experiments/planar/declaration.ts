/** What an experiment in the plane is: its data, the methods that learn them, and what is found of every training. */

import type { Grid2d } from "../../metrics/goodness/grid.js";
import type { Estimate } from "../../metrics/metric.js";
import type { PageSection } from "../../report/page.js";
import type { Role } from "../../report/roles.js";
import type { Budget, Claim } from "../experiment.js";

/** A way to learn the data: what is laid over the usual configuration, and how long it gets. */
export interface PlanarMethod {
  /** What figures and tables call it. */
  readonly title: string;
  /** Whose colour it has. */
  readonly role: Role;
  /** A part of a configuration as users write it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Steps of each budget; a budget that is not named leaves the method out. */
  readonly steps: { readonly quick?: number; readonly full?: number };
  /** Its seeds at most; as many as are asked for unless said. */
  readonly seeds?: number;
}

/** What is followed over a training: a number of the zones' weights. */
export interface Trace {
  readonly title: string;
  readonly label: string;
  of(weights: readonly number[], truth: readonly number[]): number;
  readonly truth: number;
  readonly truthName: string;
}

/** A number of a training that tables show, beside the paper's where it has one. */
export interface Measure {
  readonly name: string;
  /** What it is, in a sentence of the page. */
  readonly about: string;
  of(found: Learnt, run: PlanarResult): number | null;
  /** What the paper reports, by method. */
  readonly paper?: Readonly<Record<string, number>>;
}

export interface Planar {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly cite: string;
  /** A paragraph for the page: what is shown, and what the paper found. */
  readonly intro: string;
  readonly seeds: { readonly quick: number; readonly full: number };
  /** `data` of the configuration: data set, options, points. */
  readonly data: { readonly dataset: string; readonly points: number } & Readonly<Record<string, unknown>>;
  /** What the zones are called. */
  readonly zones: readonly string[];
  readonly methods: Readonly<Record<string, PlanarMethod>>;
  /** A segment along which densities are shown. */
  readonly line: { readonly from: Place; readonly to: Place; readonly title: string };
  readonly trace: Trace;
  /** Columns of the tables. */
  readonly measures: readonly Measure[];
  claims(runs: readonly PlanarRun[], budget: Budget): readonly Claim[];
  /** Figures of its own, from the finished runs of the first seed. */
  figures?(shown: readonly FinishedRun[]): readonly PageSection[];
}

export type Place = readonly [x: number, y: number];

export interface PlanarUnit {
  /** A key of the experiment's methods. */
  readonly method: string;
  readonly seed: number;
  readonly steps: number;
}

/** Weights of the zones under each of the things that have some. */
export interface ZoneWeights {
  readonly model: readonly number[];
  /** Of the persistent chains, where there are any. */
  readonly chains: readonly number[] | null;
  readonly flow: readonly number[] | null;
}

export interface CurvePoint extends ZoneWeights {
  readonly step: number;
  readonly localAcceptance: number | null;
  readonly globalAcceptance: number | null;
}

/** Zone weights over the last iterations: where chains start, the points the energy is raised at, and the energy they see. */
export interface ChainZones {
  readonly start: readonly number[];
  readonly negatives: readonly number[];
  readonly model: readonly number[];
}

/** What a training arrived at. */
export interface Learnt {
  readonly weights: ZoneWeights & { readonly data: readonly number[] };
  /** `KL(truth ‖ model)` and total variation, by quadrature. */
  readonly kl: number;
  readonly totalVariation: number;
  readonly edgeMass: number;
  /** Median `(log p_θ − log p*)²` over fresh draws of the data's law, and over the grid with weights p*. */
  readonly logDensityError: { readonly draws: number; readonly grid: number };
  /** In the coordinates of the model. */
  readonly logZ: { readonly grid: number; readonly importance: Estimate; readonly paretoK: number };
  readonly zones: ChainZones | null;
  readonly pictures: Pictures;
}

/** What the figures show. */
export interface Pictures {
  /** Log-densities on a coarse grid in original units, normalised on it. */
  readonly field: {
    readonly side: number;
    readonly box: Grid2d["box"];
    readonly model: readonly number[];
    readonly flow: readonly number[] | null;
  };
  /** Densities along the line, normalised on it. */
  readonly line: { readonly model: readonly number[]; readonly flow: readonly number[] | null };
  /** Points that the energy was last raised at. */
  readonly negatives: readonly Place[] | null;
  /** Some chains moved on by the method's own sampler, the model standing still. */
  readonly paths: readonly (readonly Place[])[] | null;
  /** The same in the latent space of the flow, and the model's log-density there. */
  readonly latent: {
    readonly side: number;
    readonly box: Grid2d["box"];
    readonly model: readonly number[];
    readonly paths: readonly (readonly Place[])[];
  } | null;
}

export interface PlanarResult {
  /** Weights of the zones under the law of the data, by quadrature. */
  readonly truth: readonly number[];
  readonly curve: readonly CurvePoint[];
  /** `null` where the training left the numbers. */
  readonly learnt: Learnt | null;
  readonly failure: string | null;
  /** Of the training and its curve. */
  readonly seconds: number;
}

export type PlanarRun = PlanarUnit & PlanarResult;
export type FinishedRun = PlanarRun & { readonly learnt: Learnt };

export const isFinished = (run: PlanarRun): run is FinishedRun => run.learnt !== null;

/** Every unit with what was found. */
export interface PlanarNumbers {
  readonly runs: readonly PlanarRun[];
}
