/** Laws of real points that are hard for a reason of their own, without a flow. */

import { makeEnergy } from "../../energies/energy.js";
import { funnel as funnelEnergy } from "../../energies/funnel.js";
import { mixtureEnergy } from "../../energies/mixture.js";
import { mul, square } from "../../ops/arithmetic.js";
import { matmul } from "../../ops/linalg.js";
import { sum } from "../../ops/shape.js";
import { normal, uniform } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { rotation } from "../../random/rotation.js";
import { tensor } from "../../util/tensor.js";
import { table } from "../posteriors/parts.js";
import { scales } from "../posteriors/shapes.js";
import { target } from "./target.js";
import { type Well, wells } from "./wells.js";

export const funnel = target({
  name: "funnel, 10-d",
  about: "a scale that varies e⁹-fold",
  half: "design",
  quick: true,
  law() {
    const energy = funnelEnergy({}, { event: [10] });
    return { energy, logZ: 0, draw: energy.exact!.sample! };
  },
});

/** Noé et al. (2019), and in so many dimensions Midgley et al. (2023). */
export const manyWell = target({
  name: "many well, 32-d",
  about: "2¹⁶ modes of unequal weight",
  half: "design",
  law() {
    const pair: Well[] = [
      [-0.5, -6, 0, 1],
      [0, 0.5, 0, 0],
    ];
    const law = wells(Array.from({ length: 16 }, () => pair).flat());
    return {
      energy: makeEnergy({ event: [32], energy: law.energy }),
      logZ: law.logZ,
      draw: (key, n) => tensor(law.draw(key, n), [n, 32]),
    };
  },
});

/** Forty round modes of equal weight, their means uniform on a cube. */
function fortyModes(d: number, sd: number) {
  const at = uniform(fold(makeKey(40), d), [40, d], "float64").data;
  const energy = mixtureEnergy([d], {
    means: Array.from({ length: 40 }, (_, k) => Array.from(at.subarray(k * d, (k + 1) * d), (u) => 4 * u - 2)),
    variances: Array<number>(40).fill(sd ** 2),
    weights: Array<number>(40).fill(1),
  });
  return { energy, logZ: 0, draw: energy.exact!.sample! };
}

export const modes = target({
  name: "40 modes, 2-d",
  about: "more modes than chains",
  half: "held",
  quick: true,
  law: () => fortyModes(2, 0.065),
});

export const modesHigh = target({
  name: "40 modes, 8-d",
  about: "modes that no chain leaves",
  half: "design",
  law: () => fortyModes(8, 0.25),
});

/** A Gaussian of 30 coordinates with deviations from 0.001 to 1 along the rows of a matrix: condition number 1e6. */
function gaussianAlong(axes: readonly (readonly number[])[]) {
  const d = axes.length;
  const sds = scales(d, 3);
  const scaled = axes.flatMap((axis, k) => axis.map((v) => v / sds[k]!));
  return {
    energy: makeEnergy({
      event: [d],
      energy: (x) => mul(0.5, sum(square(matmul(x, table(scaled, [d, d], x), { transposeB: true })), 1)),
    }),
    logZ: (d / 2) * Math.log(2 * Math.PI) + sds.reduce((s, sd) => s + Math.log(sd), 0),
    draw(key: Key, n: number) {
      const z = normal(key, [n * d], "float64").data;
      const x = Float64Array.from(z, (_, i) => {
        const at = d * Math.floor(i / d);
        return axes.reduce((s, axis, k) => s + axis[i % d]! * sds[k]! * z[at + k]!, 0);
      });
      return tensor(x, [n, d]);
    },
  };
}

const coordinates = (d: number): number[][] =>
  Array.from({ length: d }, (_, k) => Array.from({ length: d }, (__, j) => (j === k ? 1 : 0)));

export const stretched = target({
  name: "condition 1e6, 30-d",
  about: "one step size and one base for deviations from 0.001 to 1",
  half: "design",
  law: () => gaussianAlong(coordinates(30)),
});

export const rotated = target({
  name: "condition 1e6 rotated, 30-d",
  about: "the same along axes that no coordinate shows",
  half: "held",
  law: () => gaussianAlong(rotation(fold(makeKey(6), "axes"), 30)),
});
