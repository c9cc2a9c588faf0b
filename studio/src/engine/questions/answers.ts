/** What a page asks of a trained model, and what it is told: plain data. Cells are texts, as a file has them. */

import type { CoordinateReport } from "ebbflow/metrics";
import type { Box, Numbers } from "../messages.js";

/** A column as a form asks for it. */
export interface ColumnFacts {
  readonly name: string;
  /** Any number, one of some cells, a text such as a date, or always the same. */
  readonly kind: "number" | "choice" | "text" | "constant";
  /** What cells there are, of a choice; the only one, of a column that is constant. */
  readonly choices: readonly string[];
  /** What kind of column the model takes it for, in the words of the library. */
  readonly described: string;
  /** What a text has to be, in words. */
  readonly expected: string | null;
  /** The least and the largest number of the training rows that the model keeps; NaN where there are none. */
  readonly range: readonly [low: number, high: number];
  /** Whether cells are numbers on a line, along which a plane can be laid. */
  readonly isLine: boolean;
}

/** log Z in the coordinates of the model. */
export interface LogZFacts {
  readonly value: number;
  readonly standardError: number | null;
  readonly from: string;
  /** Why it is not to be trusted. */
  readonly note: string | null;
}

/** What a model is, and what it can be asked. */
export interface About {
  readonly step: number;
  readonly energy: string;
  readonly objective: string;
  readonly hasFlow: boolean;
  readonly columns: readonly ColumnFacts[];
  /** Names of the classes that can be asked for; none where it knows none. */
  readonly classes: readonly string[];
  /** Rows of its data in all. */
  readonly rows: number;
  /** Channels, height and width where a row is an image. */
  readonly image: readonly number[] | null;
  /** Levels of a pixel, from 0. */
  readonly levels: number;
  /** Rows of the training `(n, columns)` as they lie on axes, some of them. */
  readonly kept: Float32Array;
  /** A row of the training: of those that are kept the nearest to the medians. */
  readonly usual: readonly string[];
  /** Why something cannot be asked, in words; `null` where it can. */
  readonly lacks: {
    /** A row by a form, and slices through it. */
    readonly row: string | null;
    readonly slices: string | null;
    /** A row with empty cells. */
    readonly missing: string | null;
    /** Rows on conditions. */
    readonly where: string | null;
  };
  readonly notices: readonly string[];
}

/** Why a row is unlikely by a column, given its others. */
export interface Reason {
  readonly column: string;
  /** The cell of the row, and the likeliest given the others. */
  readonly own: string;
  readonly likeliest: string;
  /** Nats by which its density is lower than the likeliest; 0 there. */
  readonly nats: number;
  /** How much of the law given the others is as unlikely or more. */
  readonly share: number;
}

/** A missing cell that was filled in by the law given the rest of its row. */
export interface Filled {
  readonly column: string;
  readonly cell: string;
  /** Standard deviation of a number, of a category the share of the others. */
  readonly deviation: number;
  readonly isChoice: boolean;
}

export interface RowScore {
  /** In the coordinates of the model, nats. */
  readonly energy: number;
  /** In the units of the data, nats. */
  readonly logDensity: number;
  readonly logZ: LogZFacts;
  /** How often a row like those that training never saw is as unlikely; `null` with why where that is not known. */
  readonly pValue: number | null;
  readonly whyNoPValue: string | null;
  /** The same continued by the tail of the held-out energies, where it is below all that counting gives. */
  readonly tail: number | null;
  /** Rows that it is compared with. */
  readonly calibration: number;
  readonly reasons: readonly Reason[];
  readonly whyNoReasons: string | null;
  readonly filled: readonly Filled[];
  /** What chains that filled cells in say of themselves. */
  readonly chains: { readonly rhat: number; readonly ess: number } | null;
  readonly notes: readonly string[];
  /** Probability of each class, likeliest first, where the model knows some. */
  readonly classes: readonly { readonly name: string; readonly probability: number }[];
}

/** The law of a column given the others; places are on its axis, where categories lie at 0, 1, 2 … */
export interface Slice {
  readonly column: string;
  readonly values: Float64Array;
  /** Nats; log-probabilities of cells. */
  readonly logDensity: Float64Array;
  readonly cells: boolean;
  /** Of cells, as a file has them. */
  readonly texts: readonly string[];
  /** Where the row lies, and its cell. */
  readonly own: number;
  readonly text: string;
}

/** Steps of a training whose parameters can be looked at. */
export interface KeptSteps {
  /** Ascending; that of the open model is one of them. */
  readonly steps: readonly number[];
  /** Log-likelihoods of validation rows on the way, ascending: nats a row, in the coordinates of the model. */
  readonly heldOut: readonly { readonly step: number; readonly value: number; readonly error: number | null }[];
  /** Whether the model is of the folder of a run, and whether that keeps parameters on the way. */
  readonly ofRun: boolean;
  readonly onTheWay: boolean;
}

/** The law of two columns given the others, over a plane. */
export interface PlaneSlice {
  /**
   * As a landscape has them: `energy` (side, side) in the units of the axes, its `logZ` over the whole plane, `lines`, the
   * log-density `top` of the fullest colour, and the energy `lowest` there where colours are those of another step.
   */
  readonly numbers: Numbers;
  readonly box: Box;
  /** All of the plane. */
  readonly whole: Box;
  readonly side: number;
  /** Where the row lies. */
  readonly at: readonly [x: number, y: number];
  /** Names of the cells of an axis that has no numbers. */
  readonly ticks: readonly [readonly string[] | null, readonly string[] | null];
  /** Where the chains of the training were at a step of before, `(n, columns)` on axes; `null` where none are kept. */
  readonly chains: Float32Array | null;
}

export interface DrawOrder {
  readonly n: number;
  /** As `ebbflow sample --where` takes them; empty for none. */
  readonly where: string;
  readonly className: string | null;
  readonly seed: number;
}

/** Rows that were drawn, and whether to believe them. */
export interface Draws {
  readonly n: number;
  /** `(n, columns)` as they lie on axes; of images their levels. */
  readonly rows: Float32Array;
  /** The first of them, as a file has them. */
  readonly texts: readonly (readonly string[])[];
  readonly csv: Uint8Array<ArrayBuffer>;
  readonly sampler: string;
  /** Whether its chains cross between modes. */
  readonly crosses: boolean;
  readonly mixed: boolean | null;
  readonly verdict: string;
  readonly coordinates: readonly CoordinateReport[];
  readonly acceptance: Readonly<Record<string, number>>;
  /** How often the model meets the conditions, where that is known. */
  readonly share: { readonly value: number; readonly standardError: number | null } | null;
  readonly note: string | null;
}

/** A row of a file among the least likely. */
export interface UnusualRow {
  /** Its number in the file, from 1, counting everything. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly logDensity: number;
  readonly pValue: number | null;
  readonly outlier: boolean;
  readonly reasons: readonly Reason[];
}

export interface FileScore {
  readonly rows: number;
  readonly calibration: number;
  /** Rows called outliers, of which at most `rate` falsely. */
  readonly outliers: number;
  readonly rate: number;
  /** The least likely first. */
  readonly least: readonly UnusualRow[];
  /** The file with its scores, as `ebbflow score --out` writes it. */
  readonly csv: Uint8Array<ArrayBuffer>;
  readonly notes: readonly string[];
}
