/** Log Z of a trained model by every estimator that applies, with chains drawn for those that need them. */

import type { RunData } from "../config/prepare.js";
import type { RowFunction } from "../energies/evaluate.js";
import { countStates, statesOf } from "../energies/states.js";
import { ais } from "../estimators/ais.js";
import { annealModel, roundingOfPath } from "../estimators/annealed.js";
import { estimateLogZ, type LogZTable } from "../estimators/estimate-log-z.js";
import type { EstimatedModel } from "../estimators/estimator.js";
import { weightedDraws } from "../estimators/importance.js";
import type { Reference } from "../estimators/reference.js";
import { drawPoints } from "../inference/draw-points.js";
import type { Learned } from "../inference/learned.js";
import { normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import { roundingOf } from "../metrics/log-z/rounding.js";
import type { Model } from "../objectives/objective.js";
import { fold, type Key } from "../random/key.js";
import type { Engine } from "../runtime/engine.js";
import type { Where } from "../runtime/program.js";
import { parseOptions } from "../util/options.js";
import type { FloatTensor } from "../util/tensor.js";

/** Chains for the estimators that need draws of the model. */
const CHAINS = 32;

const between = (low: number, x: number, high: number): number => Math.max(low, Math.min(high, Math.round(x)));

/** What each estimator may cost beside so many draws of an importance estimate. */
function effort(draws: number): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const annealed = { chains: between(50, draws / 20, 500) };
  return {
    importance: { draws },
    bridge: { draws },
    nce: { draws },
    ais: annealed,
    "reverse-ais": annealed,
    "thermodynamic-integration": annealed,
    smc: { chains: between(40, draws / 50, 200) },
  };
}

/** Points with weights `w` whose mean is Z. */
export interface WeightedDraws {
  /**
   * Where they come from; `enumeration`: every state once, so that their mean is Z without error; `layer`: any state, with
   * Z itself, which the energy sums over the states of a layer.
   */
  readonly proposal: Reference["kind"] | "annealing" | "enumeration" | "layer";
  readonly x: FloatTensor;
  readonly logWeights: Float64Array;
  /** Nats that rounding may move log Z by. */
  readonly rounding: number;
}

/** States that are evaluated as soon as anything else would be. */
const FEW = 2 ** 16;

/**
 * Draws of the flow or, without one, of a wide Gaussian. Discrete points are all taken where they are few. Where they are
 * many an energy that sums over a layer is asked; else, as no simple law covers them, some dozens or hundreds are annealed
 * from the uniform one.
 */
export async function weighDraws(
  model: EstimatedModel,
  key: Key,
  draws: number,
  energy: RowFunction,
): Promise<WeightedDraws> {
  const { support, event } = model.energy;
  if (support.kind === "real") {
    const { reference, x, logWeights, energies, logProb } = await weightedDraws(model, key, draws, energy);
    const { weights } = normaliseLogWeights("importance", logWeights);
    return { proposal: reference.kind, x, logWeights, rounding: roundingOf(energies, logProb, weights) };
  }
  const states = countStates(support, event);
  if (states <= FEW) {
    const x = statesOf(support, event, 0, states);
    const logVolume = Math.log(states);
    const energies = await energy(x, model.params);
    const logWeights = energies.map((e) => logVolume - e);
    const { weights } = normaliseLogWeights("enumeration", logWeights);
    const rounding = roundingOf(energies, new Float64Array(states).fill(-logVolume), weights);
    return { proposal: "enumeration", x, logWeights, rounding };
  }
  const { exactLogZ } = model.energy;
  if (exactLogZ && model.params) {
    const logWeights = Float64Array.of(exactLogZ(model.params.data));
    return { proposal: "layer", x: statesOf(support, event, 0, 1), logWeights, rounding: 0 };
  }
  const options = parseOptions("estimator ais", ais.options, effort(draws).ais);
  const { x, logWeights } = await annealModel(model, options, key);
  return { proposal: "annealing", x, logWeights, rounding: await roundingOfPath(model, options, x, logWeights) };
}

/** Where estimators work. */
export interface EstimatingWhere extends Where {
  /** Engines that they are spread over, in place of one; they answer the same on any. */
  readonly engines?: readonly Engine[] | undefined;
}

/** @param draws those of the importance estimate; the others take about as long. */
export async function estimateTrained(
  model: Model,
  learned: Learned,
  data: RunData,
  { key, draws, engine: own, engines }: { readonly key: Key; readonly draws: number } & EstimatingWhere,
): Promise<LogZTable> {
  const engine = engines?.[0] ?? own;
  const n = CHAINS * between(20, draws / 160, 60);
  const { chains } = await drawPoints(model, learned, data, { n, key: fold(key, "chains"), chains: CHAINS, engine });
  const flow = model.flow && learned.flow ? { flow: model.flow, flowParams: learned.flow } : {};
  return estimateLogZ(
    { energy: model.energy, params: learned.energy, ...flow, rows: data.test, chains: chains.x, engine },
    { key, options: effort(draws), engines },
  );
}
