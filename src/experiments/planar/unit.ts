/** One training of an experiment in the plane, and what is watched while it learns. */

import { type RunConfig, resolveConfig } from "../../config/config.js";
import { runKey } from "../../config/prepare.js";
import { learned } from "../../inference/learned.js";
import { type Grid2d, grid2d } from "../../metrics/goodness/grid.js";
import { gridModeWeights } from "../../metrics/goodness/grid-mode-weights.js";
import { fold } from "../../random/key.js";
import type { TrainState } from "../../train/trainer.js";
import { NumericError } from "../../util/errors.js";
import { mean } from "../../util/moments.js";
import { prepareTraining } from "../train-config.js";
import { type Bench, benchOf, modelShares, sharesOf, weightsAt } from "./bench.js";
import type { ChainZones, CurvePoint, Planar, PlanarResult, PlanarUnit } from "./declaration.js";
import { measure } from "./measure.js";
import { FIELD_SIDE, firstRows, picturesOf } from "./pictures.js";
import { type Probe, probeOf } from "./probe.js";

/** Points along a training at which the weights are taken: as many as the paper has epochs in figure 1. */
const CURVE_POINTS = 75;
/** Last iterations over which chains are compared with the energy they see. */
const ZONE_STEPS = 32;
/** Side of the grid that the true weights are summed on. */
const TRUTH_SIDE = 400;

const record = (given: unknown): object => (given ?? {}) as object;

/** The configuration of a unit: what is usual, but for the experiment's data and what the method says. */
export const configOf = ({ data, methods }: Planar, { method, seed, steps }: PlanarUnit): RunConfig => {
  const { config } = methods[method]!;
  return resolveConfig({
    select: "last",
    ...config,
    data: { validation: 0, test: 0.05, ...data, ...record(config.data) },
    steps,
    seed,
  });
};

/** Train one method once and measure it. A training that leaves the numbers is a result, not an error. */
export async function runUnit(planar: Planar, unit: PlanarUnit, tick: (done: number) => void): Promise<PlanarResult> {
  const began = performance.now();
  const config = configOf(planar, unit);
  const { train, ...prepared } = await prepareTraining(config);
  const bench = benchOf(prepared, config);
  const probe = await probeOf(config, bench.model);
  const zones = newZones(bench, probe);
  const { steps } = config;
  const every = Math.ceil(steps / CURVE_POINTS);
  const curve: CurvePoint[] = [];
  const truth = trueShares(bench);
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    const state = await train(async (step, metrics, at) => {
      if (step > steps - ZONE_STEPS) await zones.look(at, step);
      if (step % every !== 0) return;
      const { localAcceptance = metrics.acceptance ?? null, globalAcceptance = null } = metrics;
      curve.push({ step, ...(await weightsAt(bench, at, FIELD_SIDE)), localAcceptance, globalAcceptance });
      tick(step / steps);
    });
    const trained = seconds();
    const learnt = {
      ...(await measure(bench, state)),
      zones: zones.seen(),
      pictures: await picturesOf(bench, state, planar.line, probe),
    };
    return { truth, curve, learnt, failure: null, seconds: trained };
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    return { truth, curve, learnt: null, failure: error.message, seconds: seconds() };
  }
}

/** Weights of the zones under the law of the data, by quadrature. */
function trueShares({ distribution, modes }: Bench): readonly number[] {
  const [x, y] = distribution.box as Grid2d["box"];
  const grid = grid2d([x, y], TRUTH_SIDE);
  const labels = modes.assign(grid.points);
  const logP = distribution.logDensity(grid.points);
  return gridModeWeights({ grid, logP, labels }, { modes: modes.weights.length }).weights;
}

/** Zone weights of chains and of the energy they see, gathered over iterations. */
function newZones(bench: Bench, probe: Probe | null) {
  const seen: ChainZones[] = [];
  const averageOf = (which: keyof ChainZones): number[] =>
    seen[0]![which].map((_, k) => mean(seen.map((one) => one[which][k]!)));
  return {
    async look(state: TrainState, step: number): Promise<void> {
      if (!probe) return;
      const key = fold(fold(runKey(bench.config), "zones"), step);
      const { start, negatives } = await probe(state, firstRows(bench), key);
      // What chains see is not the average of the parameters.
      const raw = { energy: learned({ "params.energy": state["params.energy"]! }, "energy"), flow: undefined };
      seen.push({
        start: sharesOf(bench, start),
        negatives: sharesOf(bench, negatives),
        model: await modelShares(bench, raw, FIELD_SIDE),
      });
    },
    seen: (): ChainZones | null =>
      seen.length === 0
        ? null
        : { start: averageOf("start"), negatives: averageOf("negatives"), model: averageOf("model") },
  };
}
