/** How what an address may have is written as text and read again. */

import type { Box, Line } from "../engine/messages.js";

/** How metrics are drawn. */
export interface Plot {
  readonly logSteps: boolean;
  readonly logValues: boolean;
  /** Steps over which values are averaged; 0 for none. */
  readonly smooth: number;
}

/** How one word of the state is written and read. */
export interface Word<T> {
  write(value: T): string;
  /** `null` where the text is none. */
  read(text: string): T | null;
  /** To follow the name of the word. */
  readonly expects: string;
}

const short = (values: readonly number[]): string => values.map((v) => Number(v.toPrecision(5))).join(",");
const numbersOf = (text: string): number[] =>
  text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
export const flag: Word<boolean> = {
  write: () => "1",
  read: (text) => (text === "1" ? true : null),
  expects: "can only be 1",
};
export const text: Word<string> = { write: (value) => value, read: (given) => given || null, expects: "needs a name" };

/** Texts of any kind, each escaped. */
export const texts: Word<readonly string[]> = {
  write: (value) => value.map(encodeURIComponent).join(","),
  read(given) {
    try {
      return given.split(",").map(decodeURIComponent);
    } catch {
      return null;
    }
  },
  expects: "is a list of texts, each escaped as in an address",
};
/** Names of any kind, each escaped; none at all where the text is empty. */
export const escaped: Word<readonly string[]> = {
  ...texts,
  read: (given) => (given === "" ? [] : texts.read(given)),
};
export const list: Word<readonly string[]> = {
  write: (value) => value.join(","),
  read: (given) => given.split(",").filter(Boolean),
  expects: "is a list of names",
};
export const count: Word<number> = {
  write: String,
  read: (given) => (/^[1-9]\d{0,8}$/.test(given) ? Number(given) : null),
  expects: "has to be a whole number from 1",
};
export const whole: Word<number> = {
  write: String,
  read: (given) => (/^(0|[1-9]\d{0,8})$/.test(given) ? Number(given) : null),
  expects: "has to be a whole number",
};
export const plot: Word<Plot> = {
  write: ({ logSteps, logValues, smooth }) =>
    [...(logSteps ? ["log-steps"] : []), ...(logValues ? ["log-values"] : []), `smooth:${smooth}`].join(","),
  read(given) {
    const parts = given.split(",").filter(Boolean);
    const smooth = parts.find((part) => part.startsWith("smooth:"))?.slice("smooth:".length) ?? "0";
    const known = parts.every((part) => part === "log-steps" || part === "log-values" || part.startsWith("smooth:"));
    const steps = smooth.trim() === "" ? Number.NaN : Number(smooth);
    if (!known || !Number.isFinite(steps) || steps < 0) return null;
    return { logSteps: parts.includes("log-steps"), logValues: parts.includes("log-values"), smooth: steps };
  },
  expects: "is a list of log-steps, log-values and smooth: with a number of steps",
};

export const box: Word<Box> = {
  write: (given) => short(given.flat()),
  read(given) {
    const [x0, x1, y0, y1, ...rest] = numbersOf(given);
    const good = rest.length === 0 && x0! < x1! && y0! < y1! && [x0, x1, y0, y1].every(Number.isFinite);
    return good
      ? [
          [x0!, x1!],
          [y0!, y1!],
        ]
      : null;
  },
  expects: "has to be four numbers, x from, x to, y from, y to",
};
export const line: Word<Line> = {
  write: short,
  read(given) {
    const [x0, y0, x1, y1, ...rest] = numbersOf(given);
    const found = [x0!, y0!, x1!, y1!] as const;
    return rest.length === 0 && found.every(Number.isFinite) && (x0 !== x1 || y0 !== y1) ? found : null;
  },
  expects: "has to be four numbers, x and y of two points",
};
export const drops: Word<readonly number[]> = {
  write: short,
  read(given) {
    const found = numbersOf(given);
    return found.length % 2 === 0 && found.every(Number.isFinite) ? found : null;
  },
  expects: "has to be x and y of points, one after the other",
};
/** A number above 0. */
export const size: Word<number> = {
  write: (value) => short([value]),
  read: (given) => (Number(given) > 0 && Number.isFinite(Number(given)) ? Number(given) : null),
  expects: "has to be a number above 0",
};
/** Two names that differ. */
export const pair: Word<readonly string[]> = {
  ...texts,
  read(given) {
    const found = texts.read(given);
    return found?.length === 2 && found[0] !== found[1] ? found : null;
  },
  expects: "has to be the names of two columns",
};
