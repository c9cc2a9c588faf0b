/** Numbers as people read them. */

export const shortOf = (v: number, digits = 4): string => String(Number(v.toPrecision(digits)));
export const percent = (share: number): string => `${shortOf(100 * share, 2)} %`;
export const plusMinus = (value: number, error: number | null): string =>
  error === null || !Number.isFinite(error) ? value.toFixed(3) : `${value.toFixed(3)} ± ${error.toPrecision(2)}`;
