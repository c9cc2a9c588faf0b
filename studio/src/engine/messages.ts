/** What a page and the thread that computes for it say to one another: plain data. */

import type { SessionEvent, Stage } from "ebbflow/train";

/** A training: a configuration as a user writes it, and the rows, where they are no built-in data set. */
export interface Setup {
  readonly config: Readonly<Record<string, unknown>>;
  readonly table?: Table;
}

/** Rows that were drawn by hand, or come from a file. */
export interface Table {
  readonly source: string;
  readonly columns: readonly string[];
  /** `(n, columns)`, row by row. */
  readonly data: Float64Array;
  /** Whether they were drawn by hand: then an address holds them. */
  readonly drawn?: boolean;
}

/** What of a step is kept: all of it, or what one group, or the chains, do in it. */
export const stepKinds = ["all", "energy", "flow", "sampler"] as const;
export type StepKind = (typeof stepKinds)[number];

/** Lower and upper bound of x and of y, in the units of the data. */
export type Box = readonly [x: readonly [number, number], y: readonly [number, number]];

/** A training as it is once it has started. */
export interface Started {
  readonly columns: readonly string[];
  /** Training rows, in the units of the data, at most some thousands of them; and how many there are. */
  readonly rows: Float32Array;
  readonly rowCount: number;
  readonly box: Box;
  /** Shares of the modes and a point of each, where the law behind the rows is known. */
  readonly modes: { readonly weights: readonly number[]; readonly centers: readonly (readonly number[])[] } | null;
  /** Whether the law behind the rows is known, and is one of the plane. */
  readonly hasLaw: boolean;
  readonly hasFlow: boolean;
  /** Whether its objective keeps chains from step to step. */
  readonly keepsChains: boolean;
  readonly groups: readonly string[];
  /** What can move a chain on its energy, the objective's own first. */
  readonly kernels: readonly KernelFacts[];
  /** The configuration with everything in it. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Where a training stands, told some times a second. */
export interface Progress {
  readonly stage: Stage;
  readonly step: number;
  readonly steps: number;
  /** Metrics of the steps since the last one that was told, in order. */
  readonly metrics: readonly { readonly step: number; readonly values: Readonly<Record<string, number>> }[];
  /** Positions of the chains that it keeps, in the units of the data; none where it keeps none. */
  readonly chains: Float32Array | null;
  /** Steps a second of the last while. */
  readonly rate: number;
}

/** What a page is told without asking. */
export type Told =
  | { readonly type: "progress"; readonly progress: Progress }
  | {
      readonly type: "event";
      readonly event: Exclude<SessionEvent, { type: "step" | "checkpoint" | "judged" | "setBack" }>;
    }
  | { readonly type: "paused" }
  | { readonly type: "failed"; readonly message: string };

/** From one point of the plane to another. */
export type Line = readonly [x0: number, y0: number, x1: number, y1: number];

/** What a picture shows and at what resolution. */
export interface View {
  readonly box: Box;
  /** Cells along each axis. */
  readonly side: number;
  /** Where a section is asked for. */
  readonly line?: Line;
  /** A point that is asked about alone. */
  readonly point?: readonly [x: number, y: number];
}

/** A kernel that can move chains of the page. */
export interface KernelFacts {
  readonly name: string;
  readonly about: string;
  /** Its usual step size; `null` where it has none. */
  readonly stepSize: number | null;
}

/** Some steps that chains of the page are to take on the present energy. */
export interface WalkOrder {
  readonly kernel: string;
  readonly stepSize: number | null;
  /** Where they are, `(chains, 2)`. */
  readonly from: Float32Array;
  /** The number of the first step: each has noise of its own. */
  readonly first: number;
}

/** Where they went: `(steps, chains, 2)`. */
export interface Walk {
  readonly steps: number;
  readonly path: Float32Array;
  /** Where each step would have gone, from a kernel that tells it. */
  readonly proposed: Float32Array | null;
}

/** Numbers of a picture, by name. */
export type Numbers = Readonly<Record<string, Float32Array | Float64Array | number | null>>;

/** What can be downloaded of a training. */
export interface FileKind {
  /** By what a page asks for it. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

/** A file as a browser saves it. */
export interface MadeFile {
  readonly file: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
