/** Determinant of a square matrix `(n, n)`, row-major, by elimination with row pivots. */
export function determinant(matrix: ArrayLike<number>, n: number): number {
  const a = Float64Array.from(matrix);
  let det = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    if (pivot !== k) det = -det;
    for (let j = 0; j < n; j++) [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j]!, a[k * n + j]!];
    const diagonal = a[k * n + k]!;
    if (diagonal === 0) return 0;
    det *= diagonal;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / diagonal;
      for (let j = k; j < n; j++) a[i * n + j] = a[i * n + j]! - factor * a[k * n + j]!;
    }
  }
  return det;
}
