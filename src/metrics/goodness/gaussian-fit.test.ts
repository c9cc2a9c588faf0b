import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { fitGaussian, gaussianBaseline, gaussianLogDensity } from "./gaussian-fit.js";
import { logLikelihood } from "./log-likelihood.js";

describe("logLikelihood", () => {
  it("is the mean with its standard error", () => {
    const { mean, bitsPerDimension, note } = logLikelihood({ logDensity: [-1, -3] });
    expect(mean.value).toBe(-2);
    expect(mean.standardError).toBeCloseTo(1, 14);
    expect([bitsPerDimension, note]).toEqual([null, null]);
  });

  it("adds the error of log Z in quadrature, and turns nats into bits per dimension", () => {
    const logZ = { value: 5, standardError: 0.75, interval: null };
    const { mean, bitsPerDimension, note } = logLikelihood({ logDensity: [-1, -3], logZ }, { dimension: 4 });
    expect(mean.value).toBe(-7);
    expect(mean.standardError).toBeCloseTo(1.25, 14);
    expect(bitsPerDimension!.value).toBeCloseTo(7 / (4 * Math.LN2), 14);
    expect(bitsPerDimension!.standardError).toBeCloseTo(1.25 / (4 * Math.LN2), 14);
    expect(note).toMatch(/standard error 0.75, above 0.05/);
  });

  it("says when the error of log Z is unknown", () => {
    const bare = { value: 0, standardError: null, interval: null };
    expect(logLikelihood({ logDensity: [1, 2], logZ: bare }).note).toMatch(/unknown/);
    expect(logLikelihood({ logDensity: [1, 2], logZ: { ...bare, standardError: 0 } }).note).toBeNull();
  });

  it("passes on NaN and -Infinity without an error", () => {
    expect(logLikelihood({ logDensity: [0, Number.NaN] }).mean.value).toBeNaN();
    expect(logLikelihood({ logDensity: [0, Number.NEGATIVE_INFINITY] }).mean).toEqual({
      value: Number.NEGATIVE_INFINITY,
      standardError: null,
      interval: null,
    });
  });
});

describe("fitGaussian", () => {
  const rows = tensor(Float64Array.of(0, 0, 2, 0, 0, 4, 2, 4), [4, 2]);

  it("is the mean and the 1/n covariance", () => {
    const { mean, lower } = fitGaussian(rows);
    expect([...mean]).toEqual([1, 2]);
    expect([...lower]).toEqual([1, 0, 0, 2]);
  });

  it("has the Gaussian's log-density", () => {
    const fit = fitGaussian(rows);
    const [centre, corner] = gaussianLogDensity(fit, tensor(Float64Array.of(1, 2, 0, 0), [2, 2]));
    expect(centre).toBeCloseTo(-Math.log(2 * Math.PI * 2), 14);
    expect(corner).toBeCloseTo(-Math.log(2 * Math.PI * 2) - 1, 14);
    expect(() => gaussianLogDensity(fit, tensor(Float64Array.of(1), [1, 1]))).toThrow(ShapeError);
  });

  it("fits best: on its own rows the mean is −½ (d log 2πe + log det Σ̂)", () => {
    const x = normal(makeKey(1), [200, 3], "float64").data;
    // Correlated columns.
    for (let r = 0; r < 200; r++) x[3 * r + 2]! += 0.8 * x[3 * r]! - 0.3 * x[3 * r + 1]!;
    const data = tensor(x, [200, 3]);
    const { lower } = fitGaussian(data);
    const logDet = 2 * [0, 4, 8].reduce((s, k) => s + Math.log(lower[k]!), 0);
    const best = gaussianBaseline({ train: data, test: data });
    expect(best.mean.value).toBeCloseTo(-0.5 * (3 * Math.log(2 * Math.PI * Math.E) + logDet), 12);
    expect(best.bitsPerDimension!.value).toBeCloseTo(-best.mean.value / (3 * Math.LN2), 12);
    const elsewhere = gaussianBaseline({
      train: tensor(
        x.map((v) => v + 0.3),
        [200, 3],
      ),
      test: data,
    });
    expect(elsewhere.mean.value).toBeLessThan(best.mean.value);
  });

  it("names a column that is constant or depends on others, and a broken number", () => {
    const wide = (f: (u: number, v: number) => readonly number[]) => {
      const noise = normal(makeKey(2), [20, 2], "float64").data;
      const made = Array.from({ length: 20 }, (_, r) => f(noise[2 * r]!, noise[2 * r + 1]!));
      return tensor(Float64Array.from(made.flat()), [20, made[0]!.length]);
    };
    expect(() => fitGaussian(wide((u, v) => [u, 0.1, v]))).toThrow(/fitGaussian: column 1/);
    expect(() => fitGaussian(wide((u, v) => [u, v, 0.3 * u - 1.7 * v + 4]))).toThrow(NumericError);
    expect(() => fitGaussian(wide((u, v) => [u, v, 0.3 * u - 1.7 * v + 4]))).toThrow(/column 2/);
    expect(() => fitGaussian(wide((u, v) => [u, u > 0 ? Number.NaN : v]))).toThrow(/row \d+, column 1 .* is NaN/);
    expect(() => fitGaussian(tensor(Float64Array.of(1, 2), [1, 2]))).toThrow(InputError);
    expect(() => fitGaussian(tensor(Float64Array.of(1, 2)))).toThrow(ShapeError);
  });
});
