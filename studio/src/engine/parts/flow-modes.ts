import { config as configs } from "ebbflow";
import { importanceModeWeights, sampleModeWeights } from "ebbflow/metrics";
import { fold, makeKey } from "ebbflow/random";
import type { Part } from "./part.js";
import { sharesOf } from "./shares.js";

const DRAWS = 1000;

/**
 * Shares of the modes by draws of the flow: of the flow itself, and of the model where each draw has the weight
 * `exp(−E)/q`. A mode that the flow never reaches has none in either.
 */
export const flowModes: Part = {
  name: "flow-modes",
  async compute({ session, programs }) {
    const law = configs.distributionOf(session.config);
    if (!law?.modes) return null;
    const key = fold(fold(makeKey(session.config.seed), "studio: modes of the flow"), session.at().step);
    const rows = await programs.flowRows(key, DRAWS);
    const densities = rows && (await programs.flowDensities(rows));
    if (!rows || !densities) return null;
    const energies = await programs.energies(rows);
    const [labels, modes] = [law.modes.assign(rows), law.modes.weights.length];
    const own = sharesOf(sampleModeWeights(labels, { modes }));
    const weighted = importanceModeWeights(
      { labels, logWeights: energies.map((e, i) => -e - densities[i]!) },
      { modes },
    );
    return {
      ...sharesOf(weighted),
      ...{ flowWeights: own.weights!, flowLow: own.low!, flowHigh: own.high! },
      ...{ ess: weighted.effectiveSampleSize, paretoK: weighted.pareto.k, reliable: weighted.pareto.reliable ? 1 : 0 },
    };
  },
};
