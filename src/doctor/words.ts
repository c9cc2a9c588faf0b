/** Numbers and points as they are read. */

/** Three digits: `0.12`, `1e8`. */
export function show(v: number): string {
  const short = Number(v.toPrecision(3));
  const plain = short === 0 || !Number.isFinite(short) || (Math.abs(short) >= 1e-3 && Math.abs(short) < 1e6);
  return (plain ? `${short}` : short.toExponential()).replace("e+", "e").replace("Infinity", "∞");
}

/** How many, as `3 of 64 points`. */
export const share = (n: number, of: number, what: string): string => `${n} of ${of} ${what}`;

const SHOWN = 4;

/** `(0.12, -3.4)`; long points are cut. */
export function showPoint(rows: ArrayLike<number>, i: number, size: number): string {
  const shown = Array.from({ length: Math.min(size, SHOWN) }, (_, j) => show(rows[i * size + j]!));
  return `(${shown.join(", ")}${size > SHOWN ? ", …" : ""})`;
}

/** `a, b and c`; of many only the first, with how many more there are. */
export function listSome(names: readonly string[], most = 4): string {
  const rest = names.length - most;
  if (rest > 0) return `${names.slice(0, most).join(", ")} and ${rest} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The one line that an error says. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;
