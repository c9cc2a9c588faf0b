/** A model judged as the command line judges one: chains on it, log Z by every estimator, rows that were held out. */

import { config as configs } from "ebbflow";
import { energyOf } from "ebbflow/energies";
import { evaluateModel } from "ebbflow/evaluation";
import { edgeMass, gridLogZ } from "ebbflow/metrics";
import { fold } from "ebbflow/random";
import { boxOf } from "../box.js";
import type { Box } from "../messages.js";
import { gridOf } from "../parts/grid.js";
import { prepared } from "../table.js";
import { runChains } from "./chains.js";
import type { GridTruth, JudgingNews, Order } from "./judgement.js";

/** Cells along each axis of the grid that log Z is known by. */
const SIDE = 300;
/** Mass near the edge at which it holds all that counts, and how often it is made half as wide again for that: an energy that is low far out has no such grid. */
const [LITTLE, TRIES] = [1e-4, 4];

/** Judges in the thread that is asked, some seconds long. @param tell is called with each part as soon as it is known. */
export async function judge({ setup, step, learned }: Order, tell: (news: JudgingNews) => void): Promise<void> {
  const { config, data } = prepared(setup);
  const model = configs.trainedModel(
    config,
    configs.buildModel(config, data.train.shape.slice(1), configs.classCount(data)),
  );
  const key = fold(configs.runKey(config), "evaluate");
  const distribution = configs.distributionOf(config);
  tell({ type: "chains", run: await runChains(model, learned, data, { key: fold(key, "studio"), distribution }) });
  const options = { key, draws: config.draws, distribution, estimators: true };
  const evaluation = await evaluateModel(model, learned, data, options);
  tell({ type: "judged", judgement: { step, evaluation, grid: await gridTruth() } });

  async function gridTruth(): Promise<GridTruth | null> {
    if (model.energy.event[0] !== 2 || model.energy.support.kind !== "real") return null;
    const energy = energyOf(model.energy);
    const over = async (box: Box): Promise<GridTruth> => {
      const grid = gridOf({ box, side: SIDE });
      const energies = await energy(data.coordinates.encode(grid.points), learned.energy);
      const field = { grid, logP: energies.map((e) => -e) };
      // The grid is in the units of the data: its volumes are smaller or larger in the coordinates of the model.
      return { logZ: gridLogZ(field) - data.coordinates.logVolume, edgeMass: edgeMass(field), side: SIDE };
    };
    let box = boxOf(data.coordinates.decode(data.train), distribution);
    const first = await over(box);
    for (let [tries, wide] = [0, first]; tries < TRIES; tries++) {
      if (wide.edgeMass < LITTLE) return wide;
      box = [wider(box[0]), wider(box[1])];
      wide = await over(box);
    }
    return first;
  }
}

const wider = ([low, high]: Box[number]): Box[number] => {
  const margin = (high - low) / 4;
  return [low - margin, high + margin];
};
