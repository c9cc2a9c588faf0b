/** A study of images as an experiment. */

import { type Budget, type Experiment, experiment } from "../experiment.js";
import { renderImages } from "./report.js";
import { runImages } from "./run.js";
import type { ImageStudy } from "./study.js";
import { claimsOf, type ImagesNumbers, numbersOf, tableOf } from "./summary.js";
import type { ImagesResult, ImagesUnit } from "./unit.js";

const plan = ({ anomaly }: ImageStudy, { budget, seeds, seed, data = [] }: Budget): ImagesUnit[] =>
  Array.from({ length: seeds }, (_, i): ImagesUnit[] => [
    { kind: "weights", budget, seed: seed + i, data },
    ...(anomaly ? [{ kind: "anomaly" as const, budget, seed: seed + i, data }] : []),
  ]).flat();

export const imageStudy = (study: ImageStudy): Experiment<ImagesUnit, ImagesResult, ImagesNumbers> =>
  experiment<ImagesUnit, ImagesResult, ImagesNumbers>({
    ...{ name: study.name, about: study.about, cite: study.cite },
    seeds: { quick: 1, full: 1 },
    ...(study.data ? { data: study.data } : {}),
    plan: (budget) => plan(study, budget),
    label: ({ kind, seed }) => `${kind}, seed ${seed}`,
    settings: ({ budget }) => study.settings[budget],
    run: (unit, tick, read) => runImages(study, unit, tick, read),
    conclude(finished) {
      const numbers = numbersOf(finished);
      return { claims: claimsOf(study, finished), table: tableOf(study, finished), numbers };
    },
    report: (outcome, budget) => renderImages(study, outcome, budget),
  });
