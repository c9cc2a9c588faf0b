/** Numbers for people: as many digits as are known. ASCII but for `±` and `∞`, so that they can be copied out. */

import type { Estimate } from "../metrics/metric.js";

/** A power of ten beyond which a number is written with an exponent. */
const [SMALLEST, LARGEST] = [-5, 7];

/** `⌊log₁₀|x|⌋` of the number as it prints with so many digits: 9.996 with 2 digits is 10. */
const exponentOf = (x: number, digits: number): number => Number(x.toExponential(digits - 1).split("e")[1]);

const outOfReach = (x: number): string => (Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "-∞");

/** Without a minus in front of a zero. */
const plain = (text: string): string => (/^-[0.]+$/.test(text) ? text.slice(1) : text);

/** Decimals that show a positive number with so many significant digits. */
const decimalsOf = (x: number, digits: number): number => Math.max(0, digits - 1 - exponentOf(x, digits));

/** A number with so many significant digits, whole numbers in full: `0.3245`, `40000`, `1.2e-9`. */
export function formatNumber(x: number, digits = 4): string {
  if (!Number.isFinite(x)) return outOfReach(x);
  if (Number.isInteger(x) && Math.abs(x) < 1e15) return plain(String(x));
  const exponent = exponentOf(x, digits);
  if (exponent < SMALLEST || exponent >= LARGEST) return x.toExponential(digits - 1).replace("e+", "e");
  return x.toFixed(Math.max(0, digits - 1 - exponent));
}

/** `10⁻³` for −3. */
export const powerOfTen = (exponent: number): string =>
  `10${[...String(exponent)].map((c) => (c === "-" ? "⁻" : ("⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)] ?? ""))).join("")}`;

/** An error counts when it is a positive number. */
const isError = (e: number | null): e is number => e !== null && e > 0 && Number.isFinite(e);

/**
 * A value as exactly as its standard error knows it, the error with two significant digits: `0.3245 ± 0.0031`,
 * `1300 ± 250`, `(1.234 ± 0.012)e-7`. Without a standard error, or with one of 0, four digits and no `±`.
 */
export function formatWithError(value: number, standardError: number | null): string {
  if (!Number.isFinite(value) || !isError(standardError)) return formatNumber(value);
  const larger = Math.max(Math.abs(value), standardError);
  const exponent = exponentOf(larger, 2);
  if (exponent < SMALLEST || exponent >= LARGEST) {
    // Scaling by a decimal string keeps powers such as 1e-320 exact where 10 ** −exponent is not a number.
    const scale = (x: number): number => shiftDecimal(x, -exponent);
    return `(${fixedPair(scale(value), scale(standardError))})e${exponent}`;
  }
  return fixedPair(value, standardError);
}

const shiftDecimal = (x: number, by: number): number => {
  const [mantissa, exponent] = x.toExponential().split("e");
  return Number(`${mantissa}e${Number(exponent) + by}`);
};

function fixedPair(value: number, error: number): string {
  const decimals = decimalsOf(error, 2);
  if (decimals <= 100 && exponentOf(error, 2) < 2)
    return `${plain(value.toFixed(Math.min(decimals, 15)))} ± ${error.toFixed(Math.min(decimals, 15))}`;
  // An error of hundreds or more: digits below it are noise, also in front of the point.
  const unit = 10 ** (exponentOf(error, 2) - 1);
  const round = (x: number): string => plain(String(Math.round(x / unit) * unit));
  return `${round(value)} ± ${round(error)}`;
}

/** Both ends with the digits that tell them apart: `0.318 to 0.331`. */
export function formatInterval([low, high]: readonly [number, number]): string {
  const width = high - low;
  const show = (x: number): string => {
    if (!Number.isFinite(x) || !isError(width)) return formatNumber(x);
    const exponent = exponentOf(Math.max(Math.abs(low), Math.abs(high)), 2);
    if (exponent < SMALLEST || exponent >= LARGEST)
      return x.toExponential(Math.min(15, Math.max(1, exponent - exponentOf(width, 2) + 1))).replace("e+", "e");
    return plain(x.toFixed(Math.min(15, decimalsOf(width, 2))));
  };
  return `${show(low)} to ${show(high)}`;
}

/** Value with its standard error, or with its 95 % interval where it has only that: `0.32 [0.30 to 0.35]`. */
export function formatEstimate({ value, standardError, interval }: Estimate): string {
  if (isError(standardError) || interval === null) return formatWithError(value, standardError);
  const width = interval[1] - interval[0];
  const shown =
    isError(width) && Number.isFinite(value) ? formatWithError(value, width / 4).split(" ± ")[0] : undefined;
  return `${shown ?? formatNumber(value)} [${formatInterval(interval)}]`;
}

/**
 * The numbers of a column with one number of decimals, so that their points stand below each other: enough for three
 * digits of the smallest, at most six. Numbers too far apart for that are written one by one.
 */
export function formatColumn(column: readonly number[]): string[] {
  const finite = column.filter((x) => Number.isFinite(x) && x !== 0);
  const exponents = finite.map((x) => exponentOf(x, 4));
  const [least, most] = [Math.min(...exponents), Math.max(...exponents)];
  if (finite.every(Number.isInteger) || most >= LARGEST || least < SMALLEST) return column.map((x) => formatNumber(x));
  const decimals = Math.min(6, Math.max(0, 2 - least, 3 - most));
  return column.map((x) => (Number.isFinite(x) ? plain(x.toFixed(decimals)) : outOfReach(x)));
}
