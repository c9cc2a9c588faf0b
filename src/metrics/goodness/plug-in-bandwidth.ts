/** How wide a kernel smooths draws: by what they say of the curvature of their own density. */

/** Places of a line that draws are counted at. */
const PLACES = 512;

const { sqrt, PI } = Math;

/** `φ⁽⁴⁾` and `φ⁽⁶⁾` of the standard normal density. */
const fourth = (u: number): number => ((u ** 4 - 6 * u ** 2 + 3) * Math.exp(-(u ** 2) / 2)) / sqrt(2 * PI);
const sixth = (u: number): number =>
  ((u ** 6 - 15 * u ** 4 + 45 * u ** 2 - 15) * Math.exp(-(u ** 2) / 2)) / sqrt(2 * PI);

/** `Σᵢ Σⱼ wᵢ wⱼ K((xᵢ − xⱼ)/g)/gʳ⁺¹` from the products of weights at each lag of places. */
function functional(lags: Float64Array, step: number, g: number, r: number, kernel: (u: number) => number): number {
  const sum = lags.reduce((s, c, k) => (c === 0 ? s : s + (k === 0 ? 1 : 2) * c * kernel((k * step) / g)), 0);
  return sum / g ** (r + 1);
}

/**
 * The bandwidth of a Gaussian kernel by the direct plug-in rule of two stages, which suits densities with several modes,
 * where a rule by the standard deviation smooths them together.
 * @param x draws, `(n)`; `weights` of them, summing to 1; `size` how many independent ones they are worth.
 * @returns a width in units of `x`; 0 where all draws are one number.
 * Source: Sheather & Jones (1991); Wand & Jones (1995), Kernel smoothing, section 3.6.
 */
export function plugInBandwidth(x: ArrayLike<number>, weights: ArrayLike<number>, size: number): number {
  let [low, high, mean, square] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (weights[i] === 0) continue;
    low = Math.min(low, x[i]!);
    high = Math.max(high, x[i]!);
    mean += weights[i]! * x[i]!;
  }
  if (!(high > low)) return 0;
  for (let i = 0; i < x.length; i++) square += weights[i]! * (x[i]! - mean) ** 2;
  const counts = new Float64Array(PLACES);
  const step = (high - low) / (PLACES - 1);
  for (let i = 0; i < x.length; i++) if (weights[i]! > 0) counts[Math.round((x[i]! - low) / step)]! += weights[i]!;
  // A tail that is far out is no reason for a wide kernel.
  const spread = Math.min(
    sqrt(square),
    (step * (placeOf(counts, 0.75) - placeOf(counts, 0.25))) / 1.349 || sqrt(square),
  );
  const lags = Float64Array.from({ length: PLACES }, (_, k) => {
    let s = 0;
    for (let i = 0; i + k < PLACES; i++) s += counts[i]! * counts[i + k]!;
    return s;
  });
  const eighth = 105 / (32 * sqrt(PI) * spread ** 9);
  const first = (30 / (sqrt(2 * PI) * eighth * size)) ** (1 / 9);
  const six = -functional(lags, step, first, 6, sixth);
  const second = (6 / (sqrt(2 * PI) * six * size)) ** (1 / 7);
  const four = functional(lags, step, second, 4, fourth);
  return (1 / (2 * sqrt(PI) * four * size)) ** (1 / 5);
}

/** The place up to which so much of the weight lies. */
function placeOf(counts: Float64Array, share: number): number {
  let below = 0;
  const at = counts.findIndex((c) => {
    below += c;
    return below >= share;
  });
  return at < 0 ? counts.length - 1 : at;
}
