/** Two implementations are compared in speed only when they compute the same. */

/** Largest difference allowed, relative to the largest value. */
export const tolerance = 1e-4;

/** Largest difference of two arrays over the largest absolute value of the first; infinite when lengths differ. */
export function difference(a, b) {
  if (a.length !== b?.length) return Number.POSITIVE_INFINITY;
  let [largest, scale] = [0, Number.MIN_VALUE];
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs(a[i] - b[i]);
    largest = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(largest, apart);
    scale = Math.max(scale, Math.abs(a[i]));
  }
  return largest / scale;
}

/** The largest difference over all results. @throws Error naming the result that differs. */
export function expectAgreement(what, ours, theirs) {
  let worst = 0;
  for (const [name, values] of Object.entries(ours)) {
    const apart = difference(values, theirs[name]);
    if (!(apart <= tolerance))
      throw new Error(`${what}: ${name} differs from ours by ${apart.toExponential(1)}, allowed is ${tolerance}`);
    worst = Math.max(worst, apart);
  }
  return worst;
}
