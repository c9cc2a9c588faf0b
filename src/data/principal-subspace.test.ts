import { describe, expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { principalSubspace } from "./principal-subspace.js";

const key = makeKey(81);
const [n, d, k] = [400, 12, 3];

describe("the principal subspace", () => {
  // Columns of deviations 8, 7, 6 and then 1: rotated by a reflection, which leaves what rows vary by as it is.
  const deviations = Array.from({ length: d }, (_, j) => (j < k ? 8 - j : 1));
  const u = Array.from(normal(fold(key, "axis"), [d], "float64").data);
  const norm = Math.hypot(...u);
  const reflected = (x: number[]): number[] => {
    const along = x.reduce((s, v, i) => s + v * u[i]!, 0) / norm ** 2;
    return x.map((v, i) => v - 2 * along * u[i]!);
  };
  const z = normal(fold(key, "rows"), [n, d], "float64").data;
  const plain = Array.from({ length: n }, (_, i) => deviations.map((s, j) => s * z[i * d + j]!));
  const rows = tensor(Float64Array.from(plain.flatMap((x) => reflected(x).map((v) => v + 5))), [n, d]);
  const project = principalSubspace(rows, k, fold(key, "start"));

  it("holds the directions that rows vary most in, whatever the axes are", () => {
    const y = project(rows).data;
    const seen = plain.map((x, i) => [Math.hypot(...x.slice(0, k)), Math.hypot(...y.slice(i * k, (i + 1) * k))]);
    const rest = seen.reduce((s, [a, b]) => s + (a! - b!) ** 2, 0) / n;
    // The sample's own directions are off by 1/(8² − 1) of a rotation by chance, about 0.02 of a length of 8.
    expect(rest).toBeLessThan(0.3);
    const least = principalSubspace(tensor(Float64Array.from(plain.flatMap((x) => x.slice(k))), [n, d - k]), k, key);
    expect(least(tensor(new Float64Array(d - k), [1, d - k])).data.every((v) => Math.abs(v) < 0.5)).toBe(true);
  });

  it("keeps as much of the variance as k directions can: no random ones keep as much", () => {
    const spread = (of: (x: typeof rows) => { readonly data: Float64Array }): number =>
      of(rows).data.reduce((s, v) => s + v * v, 0) / n;
    const kept = spread(project);
    expect(Math.abs(kept / (64 + 49 + 36) - 1)).toBeLessThan(0.25);
    const first = spread(({ data }) => ({
      data: Float64Array.from({ length: n * k }, (_, i) => data[Math.floor(i / k) * d + (i % k)]! - 5),
    }));
    expect(kept).toBeGreaterThan(1.2 * first);
  });
});
