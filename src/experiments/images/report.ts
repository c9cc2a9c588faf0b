/** The page of a study of images. */

import { barsFigure } from "../../report/figures/bars.js";
import { histogramLine, sharedBars } from "../../report/figures/histogram-lines.js";
import { lineDensityFigure } from "../../report/figures/line-density.js";
import { type PictureGroup, pictureGrid } from "../../report/figures/picture-grid.js";
import type { Page, PageFigure, PageSection } from "../../report/page.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import type { ImageStudy } from "./study.js";
import { type ImagesNumbers, told, truthOf, weightsOf } from "./summary.js";
import type { AnomalyResult, Pictures, WeightsResult } from "./unit.js";

function grid(
  study: ImageStudy,
  title: string,
  shape: WeightsResult["shape"],
  groups: readonly { name: string; images: Pictures }[],
  columns = 8,
) {
  const scale = 255 / (study.levels - 1);
  const shown = groups.map(
    ({ name, images }): PictureGroup => ({ name, images: images.map((one) => one.map((v) => v * scale)) }),
  );
  return pictureGrid({ title, shape: [...shape], groups: shown, columns });
}

function energies({ densities }: WeightsResult): PageFigure {
  const [data, model] = [densities.data, densities.model].map((own) => Float64Array.from(own, (v) => -v)) as [
    Float64Array,
    Float64Array,
  ];
  const shared = sharedBars(data, model);
  return {
    figure: lineDensityFigure({
      title: "Energies of images and of draws",
      xLabel: "E(x) + log Z, nats",
      curves: [
        histogramLine({ name: "test images", role: "data", values: data, ...shared }),
        histogramLine({ name: "draws of the model", role: "ebm", values: model, ...shared }),
      ],
    }),
    caption:
      "Energies of images that were held out beside those of draws of the model by chains: of a right model they have one law.",
  };
}

function sectionsOfWeights(study: ImageStudy, result: WeightsResult, seed: number): PageSection[] {
  const { shape, pictures, weights, bits, logZ, jumps, local, accuracy, images, parameters, seconds } = result;
  const names = Object.keys(study.shares);
  const title = `Classes in shares of ${Object.values(study.shares).join(":")}, seed ${seed}`;
  return [
    {
      heading: title,
      text: `${images.train} images to learn from and ${images.test} to judge by. The flow has ${parameters.flow} parameters and was fitted in ${result.pretrain} steps, the energy that tilts it ${parameters.energy}, in ${result.steps} steps, of which those up to ${result.kept} were kept; ${seconds.training.toFixed(0)} s of training. log Z = ${told(logZ, 2)}: ${logZ.from}${logZ.note ? `, not to be trusted: ${logZ.note}` : ""}. A network trained on as many images of each class knows ${told(accuracy, 3)} of the test images.`,
      figures: [
        {
          figure: grid(study, "Test images, the model, and its flow alone", shape, [
            { name: "test images", images: pictures.data },
            { name: "model, the last draws of its chains", images: pictures.model },
            { name: "flow alone", images: pictures.flow },
          ]),
          caption:
            "Images that were held out, draws of the energy by chains with jumps, and draws of the flow that it tilts; none chosen.",
        },
        {
          figure: grid(
            study,
            "Chains",
            shape,
            pictures.strips.map((images, c) => ({ name: `chain ${c + 1}`, images })),
          ),
          caption: "Some draws of four chains, from left to right: where the class changes, a jump was accepted.",
        },
        energies(result),
        {
          figure: barsFigure({
            title: "Weights of the classes",
            groups: names.map((name) => study.called[name]!),
            truth: names.map((name) => truthOf(study)[name]!),
            series: [
              { name: "model", role: "ebm", estimates: names.map((name) => weightsOf(result).shares[name]!) },
              { name: "flow alone", role: "flow", estimates: names.map((name) => weights.flow.shares[name]!) },
            ],
          }),
          caption: "The share of each class in draws, as the network says, beside the share in the images.",
        },
      ],
      table: {
        columns: ["", "value"],
        rows: [
          ["bits per dimension, model", told(bits.model, 4)],
          ["bits per dimension, flow alone", told(bits.flow, 4)],
          ["bits that the energy takes from its flow, paired", told(bits.gained, 4)],
          ["bits per dimension, a Gaussian", told(bits.gaussian, 4)],
          ...result.estimates.rows.map(({ name, logZ: own, note }) => [
            `log Z by ${name}${note ? ` (${note})` : ""}`,
            told(own, 2),
          ]),
          ["log Z, together", result.estimates.verdict],
          ["acceptance of jumps", told(jumps, 3)],
          ["acceptance of local moves", told(local, 3)],
          ...names.map((name) => [`weight of ${study.called[name]}, by chains`, told(weights.chains.shares[name]!, 3)]),
          ...names.map((name) => [
            `weight of ${study.called[name]}, draws of the flow weighted${weights.note ? ` (${weights.note})` : ""}`,
            told(weights.weighted.shares[name]!, 3),
          ]),
        ],
      },
    },
  ];
}

function sectionOfAnomaly(
  study: ImageStudy,
  { areas, pictures, shape, images, kept }: AnomalyResult,
  seed: number,
): PageSection {
  const { normal, other } = study.anomaly!;
  const [learned, unlike] = [study.called[normal]!, study.called[other]!];
  return {
    heading: `${learned}, told from ${unlike}, seed ${seed}`,
    text: `A model of ${images.train} images of ${learned} alone scores ${images.test} test images, half of them ${unlike}. Parameters of step ${kept} were kept. Densities of flows are known to be high where pixels are smooth, whatever they show (Nalisnick et al. 2019).`,
    figures: [
      {
        figure: grid(study, "The most and the least likely test images", shape, [
          { name: "most likely", images: pictures.likely },
          { name: "least likely", images: pictures.unlikely },
        ]),
        caption: `Test images of ${learned} and ${unlike} by the energy of a model of ${learned}.`,
      },
    ],
    table: {
      columns: ["score", "area under the ROC curve"],
      rows: [
        ["energy", told(areas.model, 3)],
        ["flow alone", told(areas.flow, 3)],
        ["tilt alone", told(areas.tilt, 3)],
        ["Gaussian on 32 principal components", told(areas.gaussian, 3)],
      ],
    },
  };
}

export function renderImages(
  study: ImageStudy,
  { claims, table, numbers }: Outcome<ImagesNumbers>,
  { budget, seeds, seed }: Budget,
): Page {
  return {
    title: study.title,
    intro: `${study.about} ${cameOut(claims)} claims came out as expected.`,
    sections: [
      { heading: "Claims", claims: pageClaims(claims) },
      { heading: "Every unit", table },
      ...numbers.weights.flatMap((result, i) => sectionsOfWeights(study, result, seed + i)),
      ...numbers.anomalies.map((result, i) => sectionOfAnomaly(study, result, seed + i)),
    ],
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce ${study.name}${study.data ? " --data <folder>" : ""} --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
