import { gaussianEnergy } from "../energies/gaussian.js";
import { normal as standard } from "../random/draw.js";
import { InputError } from "../util/errors.js";
import { columnMoments } from "../util/moments.js";
import { noOptions } from "../util/options.js";
import { family } from "./family.js";
import type { Vector } from "./rows.js";
import { unlessPositive } from "./rows.js";

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

const natural = ([mean, variance]: readonly [number, number]): number[] => [mean / variance, -0.5 / variance];
const usual = (eta: Vector): [mean: number, variance: number] => [-0.5 * (eta[0]! / eta[1]!), -0.5 / eta[1]!];

/**
 * `N(μ, σ²)`: `T = (x, x²)`, `η = (μ/σ², −1/2σ²)`, `A = −η₁²/4η₂ − ½ log(−2η₂)`, `h = 1/√2π`.
 * The likelihood is largest at the rows' mean and their variance about it, divided by n.
 */
export const normal = family({
  name: "normal",
  about: "The normal law on the line, by its mean and variance.",
  options: noOptions,
  build: () => ({
    size: 1,
    parameters: ["mean", "variance"],
    statisticNames: ["x", "x²"],
    fewest: 2,
    refuseParameters: (theta) => unlessPositive("variance", theta[1]!),
    refuseNatural: (eta) => (eta[1]! < 0 ? null : `natural parameter 1 is ${eta[1]}; expected a negative number`),
    refusePoint: () => null,
    natural: (theta) => natural([theta[0]!, theta[1]!]),
    usual,
    statistics: (x) => [x[0]!, x[0]! ** 2],
    logBase: () => -HALF_LOG_2PI,
    logPartition: (eta) => -(eta[0]! ** 2) / (4 * eta[1]!) - 0.5 * Math.log(-2 * eta[1]!),
    mean(eta) {
      const [mean, variance] = usual(eta);
      return [mean, mean ** 2 + variance];
    },
    covariance(eta) {
      const [mean, v] = usual(eta);
      return [v, 2 * mean * v, 2 * mean * v, 2 * v * v + 4 * mean ** 2 * v];
    },
    fromMean: (mu) => fromMoments(mu[0]!, mu[1]! - mu[0]! ** 2),
    fitRows(points) {
      const { mean, squares } = columnMoments(
        points.map((x) => x[0]!),
        1,
      );
      return fromMoments(mean[0]!, squares[0]! / points.length);
    },
    errors(eta, n) {
      const [mean, v] = usual(eta);
      return {
        natural: [Math.sqrt((1 + (2 * mean ** 2) / v) / (v * n)), 1 / (v * Math.sqrt(2 * n))],
        usual: [Math.sqrt(v / n), v * Math.sqrt(2 / n)],
      };
    },
    logProb(eta) {
      const [mean, variance] = usual(eta);
      return (x) => -((x[0]! - mean) ** 2) / (2 * variance) - 0.5 * Math.log(variance) - HALF_LOG_2PI;
    },
    score(eta) {
      const [mean, variance] = usual(eta);
      return (x) => [(mean - x[0]!) / variance];
    },
    draw(eta, key, n) {
      const [mean, variance] = usual(eta);
      return standard(key, [n], "float64").data.map((z) => mean + Math.sqrt(variance) * z);
    },
    energy(eta) {
      const [mean, variance] = usual(eta);
      return gaussianEnergy([1], mean, Math.sqrt(variance));
    },
  }),
});

function fromMoments(mean: number, variance: number): number[] {
  if (!(variance > 0))
    throw new InputError(`the variance is ${variance}, so the likelihood has no maximum; rows must differ`);
  return natural([mean, variance]);
}
