import { describe, expect, it } from "vitest";
import type { NormalCloud } from "../data/normal-mixture.js";
import { type Energy, makeEnergy } from "../energies/energy.js";
import { mixtureEnergy } from "../energies/mixture.js";
import { chainsOf } from "../metrics/chains/chains.js";
import { essMean } from "../metrics/chains/effective-sample-size.js";
import { mul, square, sub } from "../ops/arithmetic.js";
import { cast, constant } from "../ops/leaf.js";
import { matmul } from "../ops/linalg.js";
import { sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { cholesky, multiply, solveLower } from "../util/cholesky.js";
import { mean, variance } from "../util/moments.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { denoise } from "./denoise.js";
import { impute } from "./impute.js";

/** Images of 8 × 8 pixels: neighbours vary together, those of the margin hardly at all. */
const SIDE = 8;
const D = SIDE * SIDE;
const index = [...Array(D).keys()];
const place = (i: number): [number, number] => [Math.floor(i / SIDE), i % SIDE];
const margin = (i: number): boolean => place(i).some((v) => v === 0 || v === SIDE - 1);
const deviation = index.map((i) => (margin(i) ? 0.02 : 0.3));
const centre = index.map((i) => Math.sin(i) / 2);
/** @param reach distance over which pixels vary together. */
const covarianceOf = (reach: number): number[][] =>
  index.map((i) =>
    index.map((j) => {
      const [[a, b], [c, d]] = [place(i), place(j)];
      return deviation[i]! * deviation[j]! * Math.exp(-Math.hypot(a - c, b - d) / reach);
    }),
  );
const covariance = covarianceOf(2);
/** Near it, as a law is that some images tell. */
const cloud: NormalCloud = { weight: 1, mean: centre, covariance: covarianceOf(1.5) };
const lower = cholesky(Float64Array.from(covariance.flat()), D, "test");
const inverse = (l: Float64Array, n: number): Float64Array => {
  const out = new Float64Array(n * n);
  const columns = Array.from({ length: n }, (_, j) =>
    solveLower(
      l,
      Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0)),
      n,
    ),
  );
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) out[i * n + j] = columns[i]!.reduce((s, v, k) => s + v * columns[j]![k]!, 0);
  return out;
};
const precision = inverse(lower, D);

/** `½ |L⁻¹ (x − m)|²`; with `apart` the pixels are independent. */
function gaussian(apart = false): Energy {
  const whiten = new Float64Array(D * D);
  for (const j of index)
    solveLower(
      lower,
      Float64Array.from(index, (i) => (i === j ? 1 : 0)),
      D,
    ).forEach((v, i) => {
      whiten[i * D + j] = apart ? (i === j ? 1 / deviation[i]! : 0) : v;
    });
  return makeEnergy({
    event: [D],
    energy(x) {
      const like = (data: Float64Array, shape: number[]) => cast(constant(tensor(data, shape)), x.dtype);
      const away = sub(x, like(Float64Array.from(centre), [D]));
      return mul(0.5, sum(square(matmul(away, like(whiten, [D, D]), { transposeB: true })), 1));
    },
  });
}

const images = (n: number): FloatTensor => {
  const z = normal(makeKey(7), [n, D], "float64").data;
  const rows = Array.from({ length: n }, (_, i) => {
    const own = multiply(lower, z.slice(i * D, (i + 1) * D), D);
    return index.map((j) => centre[j]! + own[j]!);
  });
  return tensor(Float64Array.from(rows.flat()), [n, D]);
};

/** Another law than the model's: elsewhere, and wider. */
const wrong: NormalCloud = {
  weight: 1,
  mean: centre.map((v, i) => v + deviation[i]!),
  covariance: covariance.map((row, i) => row.map((v, j) => (i === j ? 3 * v : v))),
};

const bottom = index.filter((i) => place(i)[0] >= SIDE / 2);
const counts = { chains: 8, warmup: 150, draws: 100 };

/** Of the bottom half given the top: by the precision, `N(m_f − P_ff⁻¹ P_fg (x_g − m_g), P_ff⁻¹)`. */
function conditional(image: ArrayLike<number>) {
  const f = bottom.length;
  const own = Float64Array.from(bottom.flatMap((i) => bottom.map((j) => precision[i * D + j]!)));
  const spread = inverse(cholesky(own, f, "test"), f);
  const given = index.filter((i) => !bottom.includes(i));
  const pull = bottom.map((i) => given.reduce((s, j) => s + precision[i * D + j]! * (image[j]! - centre[j]!), 0));
  return {
    mean: bottom.map((i, a) => centre[i]! - pull.reduce((s, v, b) => s + spread[a * f + b]! * v, 0)),
    deviation: bottom.map((_, a) => Math.sqrt(spread[a * f + a]!)),
    /** `(x − m)ᵀ P_ff (x − m)`: χ² of as many degrees of freedom as pixels. */
    square: (away: readonly number[]) =>
      away.reduce((s, v, a) => s + v * away.reduce((t, w, b) => t + own[a * f + b]! * w, 0), 0),
  };
}

/** The mean of numbers of chains less what is expected, in standard errors by their own effective sample size. */
function inErrors(values: readonly number[], chains: number, expected: number): number {
  const x = chainsOf(tensor(Float64Array.from(values), [chains, values.length / chains, 1]), 0);
  return ((mean(values) - expected) / Math.sqrt(variance(values))) * Math.sqrt(essMean(x));
}

async function filled(energy: Energy, near: NormalCloud | undefined) {
  const rows = images(2);
  const holes = tensor(
    Float64Array.from(rows.data, (v, i) => (bottom.includes(i % D) ? Number.NaN : v)),
    rows.shape,
  );
  const done = await impute({ energy }, holes, { key: makeKey(3), near, keepDraws: true, judge: true, ...counts });
  const x = done.draws![0]!.x;
  const perRow = x.data.length / 2;
  return [0, 1].map((row) => {
    const law = conditional(rows.data.subarray(row * D, (row + 1) * D));
    const size = perRow / bottom.length;
    const away = Array.from({ length: size }, (_, t) =>
      bottom.map((_, a) => x.data[row * perRow + t * bottom.length + a]! - law.mean[a]!),
    );
    const effective = Math.min(...done.judged![row]!.verdict.coordinates.map(({ essBulk }) => essBulk));
    return {
      mixed: done.judged![row]!.verdict.mixed,
      effective,
      // In standard errors, of draws that are worth the worst effective sample size.
      means: bottom.map(
        (_, a) => (away.reduce((s, v) => s + v[a]!, 0) / size / law.deviation[a]!) * Math.sqrt(effective),
      ),
      squares: inErrors(away.map(law.square), x.shape[1]!, bottom.length),
    };
  });
}

describe("pixels given the others, by chains in the units of a normal law", () => {
  it.each([
    ["one near", cloud],
    ["another", wrong],
  ])("have the mean and covariance that they have in closed form, whatever the law: %s", async (_, near) => {
    for (const { means, squares, effective, mixed } of await filled(gaussian(), near)) {
      expect(mixed).not.toBe(false);
      expect(effective).toBeGreaterThan(100);
      // 64 means and 2 squares: false alarms in 66 · 6e-7.
      expect(Math.max(...means.map(Math.abs), Math.abs(squares))).toBeLessThan(5);
    }
  });

  it("are told from those of pixels that are independent", async () => {
    for (const { means, squares } of await filled(gaussian(true), cloud))
      expect(Math.max(...means.map(Math.abs), Math.abs(squares))).toBeGreaterThan(10);
  });

  it("are said not to agree where chains stay in the mode in which they start", async () => {
    // Two images whose top halves are the same and whose bottom halves are twenty deviations apart.
    const means = [-1, 1].map((sign) => index.map((i) => (bottom.includes(i) ? sign : 0)));
    const energy = mixtureEnergy([D], { means, variances: [0.01, 0.01], weights: [1, 1] });
    const near = {
      weight: 1,
      mean: index.map(() => 0),
      covariance: index.map((i) => index.map((j) => (i === j ? 0.01 : 0) + means[1]![i]! * means[1]![j]!)),
    };
    const hole = tensor(
      Float64Array.from(index, (i) => (bottom.includes(i) ? Number.NaN : 0)),
      [1, D],
    );
    const { judged } = await impute({ energy }, hole, { key: makeKey(1), near, judge: true, ...counts });
    expect(judged!.map(({ verdict }) => verdict.mixed)).toEqual([false]);
  });
});

describe("denoise of pixels, by chains in the units of a normal law", () => {
  it.each([
    ["one near", cloud],
    ["another", wrong],
  ])("is the posterior mean of a Gaussian, whatever the law: %s", async (_, near) => {
    const sigma = 0.2;
    const clean = images(2);
    const noise = normal(fold(makeKey(9), "noise"), clean.shape, "float64").data;
    const y = tensor(
      noise.map((v, i) => clean.data[i]! + sigma * v),
      clean.shape,
    );
    const { x, standardError } = await denoise({ energy: gaussian() }, y, { key: makeKey(2), sigma, near, ...counts });
    const total = cholesky(
      Float64Array.from(covariance.flatMap((row, i) => row.map((v, j) => v + (i === j ? sigma ** 2 : 0)))),
      D,
      "test",
    );
    const solved = inverse(total, D);
    const errors = [0, 1].flatMap((row) => {
      const away = index.map((j) => y.data[row * D + j]! - centre[j]!);
      const weights = index.map((i) => away.reduce((s, v, j) => s + solved[i * D + j]! * v, 0));
      return index.map((i) => {
        const expected = centre[i]! + weights.reduce((s, v, j) => s + covariance[i]![j]! * v, 0);
        return (x.data[row * D + i]! - expected) / standardError!.data[row * D + i]!;
      });
    });
    // 128 means of their own standard errors, which some hundred draws tell within a few percent: 128 · 4e-8.
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(5.5);
    const left = (rows: FloatTensor): number =>
      Array.from(rows.data).reduce((s, v, i) => s + (v - clean.data[i]!) ** 2, 0);
    expect(left(x)).toBeLessThan(left(y) / 2);
  });
});
