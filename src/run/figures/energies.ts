import { runKey } from "../../config/prepare.js";
import { dequantised, replaced } from "../../data/columns/dequantise.js";
import { energyOf } from "../../energies/evaluate.js";
import { normalEstimate } from "../../metrics/intervals/interval.js";
import { fold } from "../../random/key.js";
import { histogramLine, sharedBars } from "../../report/figures/histogram-lines.js";
import { lineDensityFigure } from "../../report/figures/line-density.js";
import { formatEstimate } from "../../report/format.js";
import { mean, variance } from "../../util/moments.js";
import { evened, fewer, type ModelDraws } from "../model-draws.js";
import type { RunView } from "../view.js";
import type { RunFigure } from "./run-figure.js";

/** Draws that are enough. */
const FEW = 4000;

/** Energies of held-out rows and of draws, in the coordinates of the model; cells that stand for intervals lie anywhere in them. */
async function energiesOf({ run, trained }: RunView, draws: ModelDraws) {
  const { coordinates, test } = run.data;
  const key = fold(runKey(run.config), "energies");
  const value = energyOf(trained.energy);
  const even = fewer(draws, FEW);
  return {
    rows: await value(replaced(coordinates, test, fold(key, "rows")), trained.params.energy),
    draws: await value(dequantised(coordinates, even.x, fold(key, "draws")), trained.params.energy),
    even,
  };
}

const meanOf = (values: Float64Array, size = values.length) =>
  normalEstimate(mean(values), Math.sqrt(variance(values) / size));

/** Whether the energy is at rows what it is at its own draws: figure 7 of the paper on balanced training. */
export const energies: RunFigure = {
  name: "energies",
  about: "energies of held-out rows beside those of draws of the model, which of a right model have one law",
  whyNot: ({ run }) => (run.data.test.shape[0] === 0 ? "no rows were held out" : null),
  async draw(view) {
    const drawn = await view.draws();
    const { rows, draws: weighted, even } = await energiesOf(view, drawn);
    const lost = [...rows, ...weighted].filter((v) => !Number.isFinite(v)).length;
    const [seen, own] = [rows, Float64Array.from(evened(even, weighted.length), (i) => weighted[i]!)].map((x) =>
      x.filter(Number.isFinite),
    ) as [Float64Array, Float64Array];
    const { range, bars } = sharedBars(seen, own);
    const told = [meanOf(seen), meanOf(own, Math.min(own.length, even.size))].map(formatEstimate);
    const beyond = (x: Float64Array): number => x.filter((v) => v < range[0] || v > range[1]).length;
    return {
      figure: lineDensityFigure({
        title: "Energies of rows and of draws",
        xLabel: "energy, nats up to a constant",
        curves: [
          histogramLine({ name: "held-out rows", role: "data", values: seen, range, bars }),
          histogramLine({ name: "draws of the model", role: "ebm", values: own, range, bars }),
        ],
      }),
      caption: `Energies of ${rows.length} rows that training never saw, ${told[0]} in the mean, and of ${drawn.from}, ${told[1]}; of a right model both have one law.${beyond(seen) + beyond(own) > 0 ? ` Beyond the picture: ${beyond(seen)} rows and ${beyond(own)} of ${own.length} draws.` : ""}${lost > 0 ? ` ${lost} energies are no numbers.` : ""}${drawn.doubt ? ` The draws may not be the model's: ${drawn.doubt}` : ""}`,
    };
  },
};
