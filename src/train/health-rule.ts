/** The contract of a rule of training health. */

import type { Named } from "../util/records.js";
import type { Remedy } from "./remedy.js";

/** The recent values of metrics by meaning and by name, oldest first. */
export type HealthWindow = Named<readonly number[]>;

export type HealthLevel = "bad" | "warn";

/** One thing that can be wrong with a training. */
export interface Pathology {
  readonly name: string;
  /** What it is, in one sentence. */
  readonly about: string;
  readonly level: HealthLevel;
  /** What to do, first things first. */
  readonly remedies: readonly Remedy[];
}

/** A pathology that metrics of the steps show. */
export interface HealthRule extends Pathology {
  /** What it needs: meanings that metrics declare (`healthAs`), or names of metrics; where one is not reported, or is no finite number, the rule says nothing. */
  readonly reads: readonly string[];
  /** Rules whose finding explains this one: after one of theirs it is silent. */
  readonly unless?: readonly string[];
  /**
   * What was seen, as a clause with numbers, or null. Of every metric in `reads` the window has as many values.
   * @param scale nats by which the energy of a point varies in a healthy model
   */
  sign(window: HealthWindow, scale: number): string | null;
}
