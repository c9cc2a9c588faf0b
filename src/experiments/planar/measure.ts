/** A learned density against the truth: weights, divergences, errors and log Z two ways. */

import { runKey } from "../../config/prepare.js";
import { heldOut } from "../../evaluation/evaluate.js";
import { edgeMass, gridLogZ } from "../../metrics/goodness/grid.js";
import { gridKl, gridTotalVariation } from "../../metrics/goodness/grid-compare.js";
import { gridLogDensityError, logDensityError } from "../../metrics/goodness/log-density-error.js";
import { fold } from "../../random/key.js";
import type { TrainState } from "../../train/trainer.js";
import { type Bench, fieldOf, parametersAt, sharesOf, weightsAt } from "./bench.js";
import type { Learnt } from "./declaration.js";

/** Side of the grid that integrates. */
const SIDE = 400;
/** Draws of the flow, or of a wide Gaussian, that log Z is estimated from beside the grid. */
const DRAWS = 20_000;
/** Draws of the law of the data over which the error of the log-density has its median. */
const FRESH = 10_000;

/** All but the pictures and what was seen of the chains while training. */
export async function measure(bench: Bench, state: TrainState): Promise<Omit<Learnt, "zones" | "pictures">> {
  const { model, data, energy, distribution, config } = bench;
  const parameters = parametersAt(bench, state);
  const field = await fieldOf(bench, parameters, SIDE);
  const { grid, logP, logQ } = field;
  const key = fold(runKey(config), "measure");
  const { logZ } = await heldOut(model, parameters, data.test, { key: fold(key, "log Z"), draws: DRAWS, energy });
  const fresh = distribution.draw(fold(key, "fresh"), FRESH);
  const onGrid = gridLogZ({ grid, logP: logQ });
  const logDensity = (await energy(data.coordinates.encode(fresh), parameters.energy)).map((e) => -e - onGrid);
  return {
    weights: { ...(await weightsAt(bench, state, SIDE)), data: sharesOf(bench, data.train) },
    kl: gridKl(field),
    totalVariation: gridTotalVariation(field),
    edgeMass: edgeMass({ grid, logP: logQ }),
    logDensityError: {
      draws: logDensityError({ logDensity, truth: distribution.logDensity(fresh) }).value,
      grid: gridLogDensityError({ grid, logP, logQ }),
    },
    // The grid lies in original units; the importance estimate in the coordinates of the model.
    logZ: {
      grid: onGrid - data.coordinates.logVolume,
      importance: logZ.logZ,
      paretoK: logZ.pareto.k,
    },
  };
}
