/** What is done of a study: a model of classes in unequal shares, and one of a single class that has to tell another. */

import type { Estimate } from "../../metrics/metric.js";
import type { DataFile } from "../data-files.js";
import type { ClassWeights } from "./measure.js";

export interface ImagesUnit {
  readonly kind: "weights" | "anomaly";
  readonly budget: "quick" | "full";
  readonly seed: number;
  readonly data: readonly DataFile[];
}

/** Levels of images, a list each. */
export type Pictures = readonly (readonly number[])[];

export interface TrainedFacts {
  readonly images: { readonly train: number; readonly test: number };
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly parameters: { readonly energy: number; readonly flow: number };
  /** Steps that the flow was fitted by, those of the energy, and the one whose parameters were kept. */
  readonly pretrain: number;
  readonly steps: number;
  readonly kept: number;
  readonly seconds: { readonly training: number; readonly all: number };
}

export interface WeightsResult extends TrainedFacts {
  readonly kind: "weights";
  /** Of the test images, and by how much those of the model are fewer than the flow's, paired. */
  readonly bits: {
    readonly model: Estimate;
    readonly flow: Estimate;
    readonly gaussian: Estimate;
    readonly gained: Estimate;
  };
  readonly logZ: Estimate & { readonly from: string; readonly note: string | null };
  /** Log Z by draws of the flow and by these with the chains, and what they say together. */
  readonly estimates: {
    readonly rows: readonly { readonly name: string; readonly logZ: Estimate; readonly note: string | null }[];
    readonly verdict: string;
  };
  /** Share of test images that the judge knows. */
  readonly accuracy: Estimate;
  readonly weights: {
    readonly chains: ClassWeights;
    readonly flow: ClassWeights;
    readonly weighted: ClassWeights;
    readonly note: string | null;
  };
  /** Acceptance of the chains' moves. */
  readonly jumps: Estimate;
  readonly local: Estimate;
  /** Log-densities of test images and of draws of the chains, nats. */
  readonly densities: { readonly data: readonly number[]; readonly model: readonly number[] };
  readonly pictures: {
    readonly data: Pictures;
    readonly model: Pictures;
    readonly flow: Pictures;
    /** Draws of some chains one after the other. */
    readonly strips: readonly Pictures[];
  };
}

export interface AnomalyResult extends TrainedFacts {
  readonly kind: "anomaly";
  /** Area under the ROC curve of each score, the other class against the learned one, on test images. */
  readonly areas: Readonly<Record<"model" | "flow" | "tilt" | "gaussian", Estimate>>;
  readonly pictures: { readonly likely: Pictures; readonly unlikely: Pictures };
}

export type ImagesResult = WeightsResult | AnomalyResult;
