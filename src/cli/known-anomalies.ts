/** Rows that are known to be anomalies, and how well scores tell them from the others. */

import type { CsvTable } from "../data/csv.js";
import { rocArea } from "../metrics/goodness/roc-area.js";
import type { Estimate } from "../metrics/metric.js";
import { InputError } from "../util/errors.js";
import { suggest } from "../util/suggest.js";

/** A column of a file and a value of it. */
export interface Known {
  readonly column: string;
  readonly value: string;
}

/** `class=9` @throws InputError for what is none. */
export function parseKnown(text: string): Known {
  const at = text.indexOf("=");
  const [column, value] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()];
  if (!column || !value)
    throw new InputError(`--anomaly ${text}: expected a column of the file and a value, such as class=9`);
  return { column, value };
}

export interface KnownAnomalies {
  readonly anomalies: number;
  readonly others: number;
  /** The chance that an anomaly is less likely than another row. */
  readonly area: Estimate;
  /** What they are called. */
  readonly what: string;
}

/** Takes the blocks of a file with all their cells; then `found` by the log-densities of all their rows. */
export function knownAnomalies(known: readonly Known[]): {
  add(block: Pick<CsvTable, "source" | "whole">): void;
  found(logDensity: Float64Array): KnownAnomalies;
} {
  const flags: boolean[] = [];
  const what = known.map(({ column, value }) => `${column}=${value}`).join(", ");
  return {
    add({ source, whole }) {
      const { columns, cells } = whole!;
      const at = known.map(({ column, value }) => {
        const j = columns.indexOf(column);
        if (j < 0)
          throw new InputError(
            `--anomaly ${column}=${value}: ${source} has no column ${column}${suggest(column, columns)}; there are: ${columns.slice(0, 12).join(", ")}${columns.length > 12 ? ", …" : ""}`,
          );
        return { j, value };
      });
      for (const row of cells) flags.push(at.some(({ j, value }) => row[j]!.trim() === value));
    },
    found(logDensity) {
      const anomalies = flags.filter(Boolean).length;
      if (anomalies === 0 || anomalies === flags.length)
        throw new InputError(
          `--anomaly: ${anomalies === 0 ? "no row" : "every row"} of the file has ${what}; there is nothing to tell apart`,
        );
      // A row without a density is beyond all others.
      const scores = (those: boolean): Float64Array =>
        logDensity.filter((_, i) => flags[i] === those).map((v) => (Number.isNaN(v) ? Number.POSITIVE_INFINITY : -v));
      const area = rocArea({ positive: scores(true), negative: scores(false) });
      return { anomalies, others: flags.length - anomalies, area, what };
    },
  };
}

export function tellKnown({ anomalies, others, area, what }: KnownAnomalies): string {
  const { value, interval } = area;
  const ends = interval ? ` [${interval.map((v) => v.toFixed(3)).join(" to ")}]` : "";
  return `area under the ROC curve of ${anomalies} rows of ${what} against ${others} others: ${value.toFixed(3)}${ends}`;
}
