/** What an experiment on images declares: where they come from, which classes, and how they are learned. */

import type { FitOptions } from "../../train/fit.js";
import type { ImageShape } from "../../util/tensor.js";
import type { DataFile, DataNeed, ReadData } from "../data-files.js";

/** Images with the class of each. */
export interface ClassedImages {
  readonly shape: ImageShape;
  /** `(n, channels, height, width)`: levels from 0. */
  readonly levels: Uint8Array;
  readonly labels: readonly string[];
}

/** How a model is learned, and what it is asked. */
export interface ImageSetting {
  /** Members and lengths of the training, as `fit` takes them. */
  readonly model: FitOptions;
  /** Images that are learned from and that are judged by, at most. */
  readonly train: number;
  readonly test: number;
  /** Chains, and draws of each, that weights and acceptances are told by. */
  readonly chains: number;
  readonly draws: number;
  /** Draws of the flow that weights are told by as well, weighted into those of the model. */
  readonly proposed: number;
  /** Set where it is too short to hold anything but that it runs and its numbers are numbers. */
  readonly trial?: true;
  /** Steps that the classifier is trained by. */
  readonly judge: number;
}

export interface ImageStudy {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly cite: string;
  /** What it needs of a folder of its user's, if it does not bring its images along. */
  readonly data?: DataNeed;
  load(part: "train" | "test", data: readonly DataFile[], read: ReadData): Promise<ClassedImages>;
  /** Levels of a pixel: 256, or fewer. */
  readonly levels: number;
  /** Classes by how often each is beside the others, and what they are called. */
  readonly shares: Readonly<Record<string, number>>;
  readonly called: Readonly<Record<string, string>>;
  /** A class that is learned and one that is told from it; none where that is not asked. */
  readonly anomaly?: { readonly normal: string; readonly other: string };
  readonly settings: { readonly quick: ImageSetting; readonly full: ImageSetting };
  /** How far the weight of a class may be from the truth. */
  readonly tolerance: number;
}
