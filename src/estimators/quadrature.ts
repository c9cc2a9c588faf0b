import { z } from "zod";
import { energyOf } from "../energies/evaluate.js";
import { normalEstimate } from "../metrics/intervals/interval.js";
import { quadrature as overBox, type Span } from "../metrics/log-z/quadrature.js";
import { fold, type Key } from "../random/key.js";
import { type FloatTensor, sizeOf, tensor } from "../util/tensor.js";
import { type EstimatedModel, estimator } from "./estimator.js";
import { referenceFor } from "./reference.js";

/** Nats that a sum in double precision is worth. */
const ROUNDING = 1e-9;

/** Draws of the reference that the box begins around. */
const SCOUTS = 1000;

/** Around every point that is known of: rows, chains, and draws of the reference. */
async function boxAround(model: EstimatedModel, key: Key): Promise<Span> {
  const d = sizeOf(model.energy.event);
  const { x } = await referenceFor(model).reference.draw(key, SCOUTS);
  const known: FloatTensor[] = [x, ...(model.rows ? [model.rows] : []), ...(model.chains ? [model.chains] : [])];
  return Array.from({ length: d }, (_, j) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { data } of known)
      for (let i = j; i < data.length; i += d) {
        low = Math.min(low, data[i]!);
        high = Math.max(high, data[i]!);
      }
    const room = 0.1 * (high - low);
    return [low - room, high + room] as const;
  });
}

/** `∫ exp(−E)` in one to three dimensions, in double precision; the error is what the last doubling of the grid moved. */
export const quadrature = estimator({
  name: "quadrature",
  about: "The integral over a grid that grows and is refined until it stands still: exact in up to three dimensions.",
  cite: "Davis & Rabinowitz (1984), Methods of numerical integration",
  trap: "is too low where a mode is narrower than its cells or beyond its box",
  options: z.object({
    tolerance: z.number().positive().default(1e-5).describe("nats by which the last doubling may move it"),
    largest: z
      .number()
      .int()
      .min(1)
      .default(2 ** 19)
      .describe("points of the finest grid at most"),
  }),
  support: "real",
  limit({ energy }) {
    const d = sizeOf(energy.event);
    return d <= 3 ? null : `is for up to three dimensions, and there are ${d}`;
  },
  async estimate(model, { tolerance, largest }, key) {
    const energy = energyOf(model.energy, "float64", model);
    const box = model.box ?? (await boxAround(model, fold(key, "box")));
    const { event } = model.energy;
    const logDensity = async (x: FloatTensor): Promise<Float64Array> =>
      (await energy(tensor(x.data, [x.shape[0]!, ...event]), model.params)).map((v) => -v);
    const found = await overBox(logDensity, box, { tolerance, largest });
    const { logZ, change, settled, side, edgeMass } = found;
    return {
      // The last change or the rounding of sums, and what may lie outside the box.
      logZ: normalEstimate(logZ, Math.max(change, ROUNDING) + edgeMass),
      degrees: null,
      ess: null,
      rounding: 0,
      note: settled ? null : `log Z still moved by ${change.toPrecision(2)} at the finest grid`,
      from: `${[...Array(box.length)].map(() => side).join(" × ")} points`,
    };
  },
});
