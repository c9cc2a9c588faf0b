/** A mixture of normal clouds as an exact distribution: what several data sets are made of. */

import { categorical } from "../random/choose.js";
import { normal } from "../random/draw.js";
import { fold } from "../random/key.js";
import { boxAround } from "./box.js";
import { type Covariance, factorCovariance } from "./covariance.js";
import type { Distribution } from "./dataset.js";
import { mixtureLogDensity, normalized } from "./mixture.js";
import { assignPoints, mapPoints, nearest, type PointFunction } from "./points.js";

/** One cloud. Weights are divided by their sum over the mixture. */
export interface NormalCloud {
  readonly weight: number;
  readonly mean: readonly number[];
  readonly covariance: Covariance;
}

/**
 * `p(x) = Σ_k w_k N(x; m_k, C_k)`. A point belongs to the mode whose mean is nearest.
 * @param what names the owner in messages.
 * @throws InputError when a covariance does not fit its mean or is not positive definite.
 */
export function normalMixture(what: string, clouds: readonly NormalCloud[]): Distribution {
  const weights = normalized(clouds.map((cloud) => cloud.weight));
  const centers = clouds.map((cloud) => cloud.mean);
  const d = centers[0]!.length;
  const event = [d];
  const factors = clouds.map(({ covariance }, k) => factorCovariance(covariance, d, `${what}: component ${k}`));
  const residual = new Float64Array(d);
  const components = factors.map((factor, k): PointFunction => {
    const mean = centers[k]!;
    const constant = -factor.logDet - (d / 2) * Math.log(2 * Math.PI);
    return (point) => {
      for (let j = 0; j < d; j++) residual[j] = point[j]! - mean[j]!;
      return constant - factor.squareNorm(residual) / 2;
    };
  });
  const logDensity = mixtureLogDensity(weights, components);
  return {
    event,
    draw(key, n) {
      const component = categorical(fold(key, "component"), weights, [n]);
      const x = normal(fold(key, "noise"), [n, d], "float64");
      component.forEach((k, i) => {
        factors[k]!.color(x.data, i * d);
        for (let j = 0; j < d; j++) x.data[i * d + j] = x.data[i * d + j]! + centers[k]![j]!;
      });
      return x;
    },
    logDensity: (x) => mapPoints(x, event, logDensity),
    modes: { weights, centers, assign: (x) => assignPoints(x, event, (point) => nearest(centers, point)) },
    box: boxAround(
      centers,
      factors.map((factor) => factor.deviations),
    ),
  };
}
