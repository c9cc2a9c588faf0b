/** `log Σ exp(v)`. */
export function logSum(values: Float64Array): number {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return most === Number.NEGATIVE_INFINITY
    ? most
    : most + Math.log(values.reduce((sum, v) => sum + Math.exp(v - most), 0));
}
