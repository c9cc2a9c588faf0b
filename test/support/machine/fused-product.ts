/** `a b + c` rounded once, by whole numbers of any size. */

interface Exact {
  /** The number is `digits · 2^exponent`. */
  readonly digits: bigint;
  readonly exponent: number;
}

function exactly(x: number): Exact {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & (2n ** 52n - 1n)) | (field === 0 ? 0n : 2n ** 52n);
  return { digits: bits >> 63n ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 };
}

const length = (digits: bigint): number => digits.toString(2).length;

/** The nearest number with so many bits and no exponent below the least; halves to even. */
function rounded({ digits, exponent }: Exact, bits: number, least: number): number {
  const size = digits < 0n ? -digits : digits;
  const drop = Math.max(length(size) - bits, least - exponent, 0);
  const unit = 1n << BigInt(drop);
  const rest = size % unit;
  let kept = size / unit;
  if (rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n)) kept += 1n;
  // In two factors, as 2^exponent alone may be no number; both products are exact, or infinite.
  const power = exponent + drop;
  const half = Math.trunc(power / 2);
  return (digits < 0n ? -1 : 1) * Number(kept) * 2 ** half * 2 ** (power - half);
}

/** Of numbers of that kind. */
export function fusedProduct(kind: "f32" | "f64", a: number, b: number, c: number): number {
  // Where something is no number, infinite or nothing, both ways of rounding agree.
  if (!Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(c))
    return Number.isFinite(a) && Number.isFinite(b) ? c : a * b + c;
  const [x, y, z] = [exactly(a), exactly(b), exactly(c)];
  const product = { digits: x.digits * y.digits, exponent: x.exponent + y.exponent };
  const exponent = Math.min(product.exponent, z.exponent);
  const at = (e: Exact): bigint => e.digits << BigInt(e.exponent - exponent);
  const digits = at(product) + at(z);
  if (digits === 0n) return product.digits === 0n ? a * b + c : 0;
  const result = kind === "f32" ? rounded({ digits, exponent }, 24, -149) : rounded({ digits, exponent }, 53, -1074);
  return kind === "f32" && Math.abs(result) > 3.4028234663852886e38
    ? Math.sign(result) * Number.POSITIVE_INFINITY
    : result;
}
