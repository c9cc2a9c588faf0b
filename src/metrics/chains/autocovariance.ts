/** Autocovariances of chains at every lag, by the fast Fourier transform. */

import { rowMeans } from "../../util/moments.js";
import type { Chains } from "./chains.js";

/**
 * The forward transform of `re + i im` in place, radix 2, for one length; its tables are made once.
 * @param n a power of two.
 */
export function fourier(n: number): (re: Float64Array, im: Float64Array) => void {
  const cos = Float64Array.from({ length: n / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / n));
  const sin = Float64Array.from({ length: n / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / n));
  return (re, im) => {
    reverseBits(re);
    reverseBits(im);
    for (let size = 2; size <= n; size *= 2) {
      const half = size / 2;
      const stride = n / size;
      for (let start = 0; start < n; start += size)
        for (let k = 0; k < half; k++) {
          const i = start + k;
          const j = i + half;
          const c = cos[k * stride]!;
          const s = sin[k * stride]!;
          const x = re[j]! * c - im[j]! * s;
          const y = re[j]! * s + im[j]! * c;
          re[j] = re[i]! - x;
          im[j] = im[i]! - y;
          re[i]! += x;
          im[i]! += y;
        }
    }
  };
}

/** Move every element to the place whose index has its bits in the other order. */
function reverseBits(x: Float64Array): void {
  const n = x.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [x[i], x[j]] = [x[j]!, x[i]!];
  }
}

/**
 * `γ_t`, the mean over chains of `(1/n) Σ_{i<n−t} (xᵢ − c)(xᵢ₊ₜ − c)`, at every lag `(draws)`; `c` is each chain's own
 * mean unless given.
 */
export function meanAutocovariance(
  { shape, data }: Chains & { readonly data: Float64Array },
  centre?: number,
): Float64Array {
  const [chains, n] = shape;
  const centres = centre === undefined ? rowMeans(data, shape) : new Float64Array(chains).fill(centre);
  // Twice the length, so that the circular correlation does not wrap around.
  const padded = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * n)));
  const transform = fourier(padded);
  const power = new Float64Array(padded);
  // Two chains a transform, as a + ib: their cross terms are the imaginary part of its correlation, which is dropped.
  for (let c = 0; c < chains; c += 2) {
    const re = new Float64Array(padded);
    const im = new Float64Array(padded);
    for (let i = 0; i < n; i++) {
      re[i] = data[c * n + i]! - centres[c]!;
      if (c + 1 < chains) im[i] = data[(c + 1) * n + i]! - centres[c + 1]!;
    }
    transform(re, im);
    for (let k = 0; k < padded; k++) power[k]! += re[k]! ** 2 + im[k]! ** 2;
  }
  // The power is real, so the forward transform has the same real part as the inverse one.
  transform(power, new Float64Array(padded));
  return power.slice(0, n).map((v) => v / (padded * n * chains));
}
