/** A blurred curve and its mirror image through a point: what moons and spirals are. */

import { normal, rademacher, uniform } from "../random/draw.js";
import { fold } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { boxAround } from "./box.js";
import { blurredCurve, type Curve } from "./curve.js";
import type { Distribution } from "./dataset.js";
import { likeliest, mixtureLogDensity } from "./mixture.js";
import { assignPoints, mapPoints, type PointFunction } from "./points.js";

/**
 * Half the mass along `c(t)`, half along `2m − c(t)`, both blurred by `N(0, s² I)`. A point belongs to the arm that is
 * likelier to have made it, so by symmetry each region holds exactly one half.
 */
export function twoArms(curve: Curve, [p, q]: readonly [number, number], s: number): Distribution {
  const weights = [0.5, 0.5];
  const { logDensity: first, points } = blurredCurve(curve, s);
  const mirrored = new Float64Array(2);
  const second: PointFunction = (point) => {
    mirrored[0] = 2 * p - point[0]!;
    mirrored[1] = 2 * q - point[1]!;
    return first(mirrored);
  };
  const logDensity = mixtureLogDensity(weights, [first, second]);
  const arm = likeliest(weights, [first, second]);
  const [x, y] = curve.point(curve.quantile(0.5));
  const all = points.flatMap(([a, b]) => [
    [a, b],
    [2 * p - a, 2 * q - b],
  ]);
  return {
    event: [2],
    draw(key, n) {
      const side = rademacher(fold(key, "arm"), [n], "float64").data;
      const share = uniform(fold(key, "along"), [n], "float64").data;
      const noise = normal(fold(key, "noise"), [n, 2], "float64");
      const drawn = noise.data.map((xi, i) => {
        const row = i >> 1;
        const axis = i & 1;
        const middle = axis === 0 ? p : q;
        const along = curve.point(curve.quantile(share[row]!))[axis]!;
        return middle + side[row]! * (along - middle) + s * xi;
      });
      return tensor(drawn, [n, 2]);
    },
    logDensity: (points) => mapPoints(points, [2], logDensity),
    modes: {
      weights,
      centers: [
        [x, y],
        [2 * p - x, 2 * q - y],
      ],
      assign: (points) => assignPoints(points, [2], arm),
    },
    box: boxAround(
      all,
      all.map(() => [s, s]),
    ),
  };
}
