/** Training rows that lack cells, filled in by what the whole ones say of the cells they have. */

import type { Coordinates } from "../data/columns/coordinates.js";
import { dequantised } from "../data/columns/dequantise.js";
import type { CsvTable } from "../data/csv.js";
import { fitNormalMixture } from "../data/fit-normal-mixture.js";
import { joinRows } from "../data/join-rows.js";
import { mixtureByBic } from "../data/mixture-by-bic.js";
import type { NormalCloud } from "../data/normal-mixture.js";
import { takeRows } from "../data/take-rows.js";
import { drawOf, givenClouds } from "../inference/row-proposal.js";
import { subsample } from "../random/choose.js";
import { normal, uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import { rowsAt } from "./fit-coordinates.js";

/** A table in two: its whole rows, and those that lack some of their cells. */
export interface DividedTable {
  readonly whole: CsvTable;
  readonly lacking: CsvTable;
}

/** Rows without any cell are in neither: they say nothing. */
export function divideTable(table: CsvTable): DividedTable {
  const { rows, columns } = table;
  const d = columns.length;
  const lacks = Array.from(
    { length: rows.shape[0]! },
    (_, i) => rows.data.subarray(i * d, (i + 1) * d).filter(Number.isNaN).length,
  );
  const indices = (those: (count: number) => boolean): number[] => [...lacks.keys()].filter((i) => those(lacks[i]!));
  return {
    whole: rowsAt(
      table,
      indices((count) => count === 0),
    ),
    lacking: rowsAt(
      table,
      indices((count) => count > 0 && count < d),
    ),
  };
}

/** Times that the law is fitted to what it has filled in, and rows that it is fitted to at most. */
const [ROUNDS, FITTED] = [5, 2000];

/**
 * Rows `(m, columns)` in the units of the file, each missing cell a draw given the others of its row, by a mixture of
 * Gaussians in the coordinates of the model. The draws start from one Gaussian of the whole rows; a mixture by BIC is then
 * fitted to all rows as they are filled in and draws again, five times, so that rows which are whole only where another
 * cell is small mislead nobody (stochastic EM: Celeux & Diebolt 1985; right where cells are missing at random, as Rubin
 * 1976 has it). It is one draw and no mean, which would take the spread away.
 * @param whole `(n, columns)`, no cell missing.
 * @throws InputError when the whole rows are too few for a Gaussian.
 */
export function fillRows(
  coordinates: Coordinates,
  whole: FloatTensor,
  lacking: FloatTensor,
  key: Key,
): Tensor<Float64Array> {
  const [m, d] = lacking.shape as [number, number];
  const { width, kept } = coordinates;
  if (whole.shape[0]! <= width)
    throw new InputError(
      `${whole.shape[0]} whole rows for training are too few to fill in the others by, of ${width} columns; leave those out (missing: drop), or drop a column that is often missing`,
      ["data", "missing"],
    );
  const known = dequantised(coordinates, whole, fold(key, "whole"));
  const gaussian = fitNormalMixture(known, { components: 1, key: fold(key, "gaussian") });
  let points = drawMissing(gaussian.clouds, dequantised(coordinates, lacking, fold(key, "lacking")), fold(key, 0));
  const isMissing = Uint8Array.from(points.data, (_, at) =>
    Number.isNaN(lacking.data[Math.floor(at / width) * d + kept[at % width]!]!) ? 1 : 0,
  );
  for (let round = 1; round <= ROUNDS; round++) {
    const own = fold(key, round);
    const all = joinRows([known, points]);
    const some = takeRows(all, subsample(fold(own, "rows"), all.shape[0]!, Math.min(all.shape[0]!, FITTED)));
    const { clouds } = mixtureByBic(some, { key: fold(own, "fit") });
    const holes = points.data.map((v, at) => (isMissing[at] === 1 ? Number.NaN : v));
    points = drawMissing(clouds, tensor(holes, points.shape), own);
  }
  const filled = coordinates.decode(points);
  const cells = Float64Array.from(lacking.data, (v, at) => (Number.isNaN(v) ? filled.data[at]! : v));
  return tensor(cells, [m, d]);
}

/** Points with a draw in place of every NaN, given the other numbers of its row. */
function drawMissing(clouds: readonly NormalCloud[], points: Tensor<Float64Array>, key: Key): Tensor<Float64Array> {
  const [m, width] = points.shape as [number, number];
  const out = points.data.slice();
  const [pick, z] = [uniform(fold(key, "pick"), [m], "float64"), normal(fold(key, "z"), [m, width], "float64")];
  const isGiven = (i: number, c: number): boolean => !Number.isNaN(points.data[i * width + c]!);
  const all = [...Array(width).keys()];
  for (const rows of patternsOf(m, (i) => all.map((c) => (isGiven(i, c) ? "1" : "0")).join(""))) {
    const given = all.filter((c) => isGiven(rows[0]!, c));
    const free = all.filter((c) => !given.includes(c));
    if (free.length === 0) continue;
    const values = rows.flatMap((i) => given.map((c) => out[i * width + c]!));
    const laws = givenClouds(clouds, free, given, values, { wider: 1, some: 0 });
    for (const [k, i] of rows.entries()) {
      // Without any given coordinate there is one law for all.
      const row = given.length === 0 ? 0 : k;
      const drawn = drawOf(laws, row, pick.data[i]!, z.data.slice(i * width, i * width + free.length));
      for (const [a, c] of free.entries()) out[i * width + c] = drawn[a]!;
    }
  }
  return tensor(out, [m, width]);
}

/** The numbers below m, those of one name together. */
function patternsOf(m: number, name: (i: number) => string): number[][] {
  const found = new Map<string, number[]>();
  for (let i = 0; i < m; i++) {
    const own = found.get(name(i)) ?? [];
    own.push(i);
    found.set(name(i), own);
  }
  return [...found.values()];
}
