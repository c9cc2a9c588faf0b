/** Numbers and lists in sentences. */

/** Three significant digits, without trailing zeros. */
export const show = (value: number): string => String(Number(value.toPrecision(3)));

/** `1 row`, `3 rows`. */
export const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

/** `a`, `a and b`, `a, b and 4 more`. */
export function several(names: readonly string[], most = 3): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(", ")} and ${shown[shown.length - 1]}`;
}
