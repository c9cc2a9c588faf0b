/** A normalised density beside the model, to draw from and to compare with. */

import { energyOf } from "../energies/evaluate.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { drawFlow } from "../flows/draw-flow.js";
import { statesOf } from "../metrics/log-z/enumeration.js";
import { integers } from "../random/choose.js";
import type { Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { columnMoments } from "../util/moments.js";
import { allocate, type FloatTensor, floats, type Shape, sizeOf, tensor } from "../util/tensor.js";
import type { EstimatedModel } from "./estimator.js";

export interface Reference {
  /** What it is, to follow "draws of". */
  readonly about: string;
  readonly kind: "flow" | "gaussian" | "uniform";
  /** `n` independent points `(n, ...event)` with their log-densities. */
  draw(key: Key, n: number): Promise<{ readonly x: FloatTensor; readonly logProb: Float64Array }>;
  logProb(x: FloatTensor): Promise<Float64Array>;
}

/** A reference, and the draws of the model that it was not fitted to. */
export interface Referred {
  readonly reference: Reference;
  readonly chains: FloatTensor | undefined;
}

/** Where nothing is known of the model: wider than standardised data. */
const WIDE = 1.5;

/**
 * The flow where there is one. Else, for real points, a Gaussian with the means of the rows and 1.5 times their standard
 * deviations; without rows those of the first half of the chains, which are then not used again; without either
 * `N(0, 1.5² I)`. For discrete points the uniform law.
 */
export function referenceFor(model: EstimatedModel): Referred {
  const { energy, flow, flowParams, rows, chains, engine } = model;
  const where = { engine };
  if (flow && flowParams)
    return {
      chains,
      reference: {
        about: "the flow",
        kind: "flow",
        draw: (key, n) => drawFlow(flow, flowParams, key, n, where),
        logProb: async (x) => (await energyOf(flow, "float32", where)(x, flowParams)).map((v) => -v),
      },
    };
  if (energy.support.kind !== "real") return { chains, reference: uniformReference(energy) };
  if (rows && rows.shape[0]! > 1) return { chains, reference: gaussianAround(energy.event, rows, where) };
  if (!chains || chains.shape[1]! < 8) return { chains, reference: gaussianReference(energy.event, 0, WIDE, where) };
  const half = Math.floor(chains.shape[1]! / 2);
  return {
    reference: gaussianAround(energy.event, drawsOf(chains, 0, half), where),
    chains: drawsOf(chains, half, chains.shape[1]!),
  };
}

/** Draws `from … to − 1` of every chain. */
function drawsOf(chains: FloatTensor, from: number, to: number): FloatTensor {
  const [count, draws, ...event] = chains.shape as [number, number, ...number[]];
  const size = sizeOf(event);
  const out = allocate(chains.dtype as "float32" | "float64", count * (to - from) * size);
  for (let c = 0; c < count; c++)
    out.set(floats(chains).subarray((c * draws + from) * size, (c * draws + to) * size), c * (to - from) * size);
  return tensor(out, [count, to - from, ...event]);
}

function gaussianAround(event: Shape, points: FloatTensor, where: Where): Reference {
  const d = sizeOf(event);
  const n = points.data.length / d;
  const { mean, squares } = columnMoments(points.data, d);
  // A coordinate that never varied says nothing of the model's.
  return gaussianReference(
    event,
    Array.from(mean),
    Array.from(squares, (v) => WIDE * (v > 0 ? Math.sqrt(v / n) : 1)),
    where,
  );
}

/** `N(mean, sd²)`, coordinate by coordinate. */
export function gaussianReference(
  event: Shape,
  mean: number | number[],
  sd: number | number[],
  where: Where,
): Reference {
  const energy = gaussianEnergy(event, mean, sd);
  const logProb = async (x: FloatTensor): Promise<Float64Array> =>
    (await energyOf(energy, "float32", where)(x, undefined)).map((v) => -v);
  return {
    about: "a wide Gaussian",
    kind: "gaussian",
    async draw(key, n) {
      const x = energy.exact!.sample!(key, n);
      return { x, logProb: await logProb(x) };
    },
    logProb,
  };
}

/** Every point of a discrete support with equal probability. */
export function uniformReference({ support, event }: EstimatedModel["energy"]): Reference {
  const sites = support.kind === "categorical" ? sizeOf(event) / support.categories : sizeOf(event);
  const choices = support.kind === "categorical" ? support.categories : 2;
  const logProb = (n: number): Float64Array => new Float64Array(n).fill(-sites * Math.log(choices));
  return {
    about: "the uniform law",
    kind: "uniform",
    async draw(key, n) {
      // A site at a time: states of one site are numbered, those of many are too many to be.
      const ofSite = statesOf(support, support.kind === "categorical" ? [choices] : [1], 0, choices).data;
      const width = ofSite.length / choices;
      const x = allocate("float32", n * sites * width);
      integers(key, [n * sites], choices).forEach((k, i) => {
        x.set(ofSite.subarray(k * width, (k + 1) * width), i * width);
      });
      return { x: tensor(x, [n, ...event]), logProb: logProb(n) };
    },
    logProb: async (x) => logProb(x.shape[0]!),
  };
}
