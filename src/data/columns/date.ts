import { noOptions } from "../../util/options.js";
import type { Affine, ColumnKind, TextCells } from "./column.js";
import { real } from "./real.js";
import { whole } from "./whole.js";

const DAY = 86_400_000;

const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?Z?)?$/;

/** Days since the first of January 1970 of a date, or of a date and a time, as ISO 8601 writes them; times are UTC. */
export function daysOf(text: string): number | undefined {
  const found = WRITTEN.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = found.slice(1).map((part) => Number(part ?? 0));
  const midnight = Date.UTC(year!, month! - 1, day!);
  const same = new Date(midnight);
  // The thirtieth of February is none.
  if (same.getUTCMonth() !== month! - 1 || same.getUTCDate() !== day || hour > 23 || minute > 59 || second >= 61)
    return undefined;
  return midnight / DAY + (hour * 3600 + minute * 60 + second) / 86400;
}

/** Whether texts are all dates. */
export const areDates = (texts: readonly string[]): boolean =>
  texts.length > 0 && texts.every((t) => daysOf(t) !== undefined);

function write(days: number, whole: boolean): string {
  const text = new Date(Math.round((days * DAY) / 1000) * 1000).toISOString();
  return whole ? text.slice(0, 10) : text.replace(".000Z", "Z");
}

/** How dates are read wherever nothing is known of them yet. */
export const dateCells: TextCells = {
  read: daysOf,
  write: (days) => write(days, Number.isInteger(days)),
  expected: "a date such as 2026-03-31, or 2026-03-31T12:00:00Z",
};

type Dates = Affine & { readonly day: boolean };

/** Days since 1970 as numbers: those of whole days are dequantised by a day, as whole numbers are. */
export const date: ColumnKind<typeof noOptions, Dates> = {
  name: "date",
  about: "Dates as ISO 8601 writes them (2026-03-31, with a time or without), as days on a line.",
  measure: "density",
  options: noOptions,
  fit({ name, all, train }, _, standardise) {
    const day = all.every(Number.isInteger);
    return { ...standardise(name, train, day ? 1 / 12 : 0), day };
  },
  make({ mean, scale, day }) {
    const map = day ? whole.make({ mean, scale, offset: 0, step: 1, decimals: 0 }) : real.make({ mean, scale });
    return { ...map, text: { ...dateCells, write: (days) => write(days, day) } };
  },
};
