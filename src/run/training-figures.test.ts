import { expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { buildModel } from "../config/prepare.js";
import { identityCoordinates } from "../data/columns/coordinates.js";
import type { PageFigure } from "../report/page.js";
import { tensor } from "../util/tensor.js";
import { trainingFigures } from "./training-figures.js";

const rows = tensor(new Float32Array(4), [2, 2]);
const coordinates = identityCoordinates(2);
const data = { columns: ["x1", "x2"], coordinates, train: rows, validation: rows, test: rows };
const config = resolveConfig({ data: { dataset: "two-modes" } });
const run = { config, model: buildModel(config, [2]), data };

const titlesOf = (found: readonly PageFigure[]): string[] => found.map(({ figure }) => figure.title);
const linesOf = (found: PageFigure | undefined): string[] | undefined => found?.figure.key.map(({ name }) => name);
const figures = (metrics: Readonly<Record<string, number>>) =>
  trainingFigures(
    [
      { step: 10, ...metrics },
      { step: 20, ...metrics },
      { step: 20, validation: -2, validationError: 0.1, logZ: 3 },
    ],
    run,
  );

it("draws every metric that is declared, in the figures that they declare, in the order they are reported", () => {
  const found = figures({
    energyData: 1,
    energyModel: 2,
    energyGap: -1,
    localAcceptance: 0.6,
    globalAcceptance: 0.2,
    hopelessJumps: 0.1,
    stepSize: 0.01,
    "gradientNorm.energy": 1,
    "gradientNorm.generator": 2,
    unheardOf: 5,
  });
  expect(titlesOf(found)).toEqual([
    "Energies",
    "Gap between energies",
    "Acceptance",
    "Hopeless jumps",
    "Step size",
    "Norms of gradients",
  ]);
  const [energies, , acceptance, hopeless] = found;
  expect(energies!.caption).toBe("Mean energy of the rows. Mean energy of the negatives.");
  expect(linesOf(acceptance)).toEqual(["local", "jumps"]);
  expect(hopeless!.caption).toMatch(/^Share of chains whose jump/);
  expect(linesOf(found.at(-1))).toEqual(["energy", "generator"]);
});

it("takes log Z of an evaluation for none of the training", () => {
  expect(titlesOf(figures({}))).toEqual([]);
  expect(figures({ logZ: 1 })).toHaveLength(1);
});

it("says in which coordinates a likelihood is", () => {
  const [batch] = figures({ negativeLogLikelihood: 1 });
  expect(batch!.caption).toContain("In standardised coordinates.");
  const raw = { ...run, config: resolveConfig({ data: { dataset: "two-modes", standardize: false } }) };
  const [inUnits] = trainingFigures([{ step: 20, negativeLogLikelihood: 1 }], raw);
  expect(inUnits!.caption).not.toContain("coordinates");
});
