/** What a number reported while training means, and how it is shown: progress, report and health read this, never names. */

/** A figure over the steps of a training. */
export interface TraceFigure {
  readonly title: string;
  /** Of the vertical axis; the unit of its first metric unless given. */
  readonly yLabel?: string;
  /** What to see in it; what its metrics are unless given. */
  readonly caption?: string;
  readonly log?: true;
  /** Whether its values change with the coordinates that points are measured in. */
  readonly inCoordinates?: true;
}

/** What the rules of training health may ask for. */
export type HealthMeaning =
  | "energyGap"
  | "localAcceptance"
  | "globalAcceptance"
  | "hopelessJumps"
  | "gradientNorm"
  | "bufferAge"
  | "ess"
  | "weightEss"
  | "accuracy";

export interface TrainingMetric {
  /** What it is, in one sentence. */
  readonly about: string;
  /** `share` is of 1: drawn from 0 to 1, and shown in per cent. */
  readonly unit: "nats" | "share" | "steps" | "number" | "length" | "squared length" | "squared nats";
  /** What a key of lines calls it. */
  readonly label: string;
  /** The figure of a report that it is drawn in, beside others; one of its own unless given. */
  readonly figure?: TraceFigure;
  /** Whose colour its line has: the energy's unless given. */
  readonly role?: "ebm" | "flow" | "data";
  /** Where it is shown while training: those of one label side by side. */
  readonly progress?: { readonly label: string; readonly digits?: number };
  readonly healthAs?: HealthMeaning;
}

export type TrainingMetrics = Readonly<Record<string, TrainingMetric>>;
