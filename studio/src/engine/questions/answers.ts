/** What a page asks of a trained model, and what it is told: plain data. Cells are texts, as a file has them. */

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
  /** A row of the training: of those that are kept the nearest to the medians. */
  readonly usual: readonly string[];
  /** Why something cannot be asked, in words; `null` where it can. */
  readonly lacks: {
    /** A row by a form, and slices through it. */
    readonly row: string | null;
    readonly slices: string | null;
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
  /** In the units of the data, nats. */
  readonly energy: number;
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
