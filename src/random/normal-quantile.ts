/** The inverse of the standard normal distribution function. */

/** Coefficients of a quotient of polynomials, the highest power first. */
export interface Quotient {
  readonly over: readonly number[];
  readonly under: readonly number[];
}

/** `Φ⁻¹(p) / q` of `0.425² − q²`, for `q = p − ½` in ±0.425. */
export const CENTRAL: Quotient = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  under: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
};

/** `−Φ⁻¹(p)` of `√(−log p) − 1.6`, for `p < 0.075`. */
export const NEAR: Quotient = {
  over: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
};

/** `−Φ⁻¹(p)` of `√(−log p) − 5`, for `p < e⁻²⁵`. */
export const FAR: Quotient = {
  over: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
};

/**
 * `z = Φ⁻¹(p)`, to about 1e-15 relative.
 *
 * The result is odd about one half to the last bit when `1 − p` is exact. `p = 0` and `p = 1` give −∞ and ∞; anything
 * outside gives NaN. Wichura (1988), Algorithm AS 241: the percentage points of the normal distribution (PPND16); its
 * coefficients stand here as the nearest doubles.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) > 0.425) return q < 0 ? -tail(p) : tail(1 - p);
  const r = 0.180625 - q * q;
  return (q * at(CENTRAL.over, r)) / at(CENTRAL.under, r);
}

/** `−Φ⁻¹(p)` for `p < 0.075`. */
function tail(p: number): number {
  const s = Math.sqrt(-Math.log(p));
  if (s === Infinity) return s;
  const [{ over, under }, r] = s > 5 ? [FAR, s - 5] : [NEAR, s - 1.6];
  return at(over, r) / at(under, r);
}

/** A polynomial of eight coefficients, by Horner. */
function at(c: readonly number[], r: number): number {
  let sum = c[0]! * r + c[1]!;
  sum = sum * r + c[2]!;
  sum = sum * r + c[3]!;
  sum = sum * r + c[4]!;
  sum = sum * r + c[5]!;
  sum = sum * r + c[6]!;
  return sum * r + c[7]!;
}
