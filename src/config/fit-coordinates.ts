/** How the columns of a run are brought into the coordinates of its model. */

import { affineOf } from "../data/columns/affine.js";
import type { Affine, ColumnData, Standardise } from "../data/columns/column.js";
import { type Coordinates, cellsOf, coordinatesOf } from "../data/columns/coordinates.js";
import { real } from "../data/columns/real.js";
import { InputError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";
import type { RunConfig } from "./config.js";

/** A column whose spread is less than this part of its mean has no digits left in single precision. */
const NARROWEST = 1e-5;

/** Refuses to leave numbers as they are that single precision does not tell apart. */
function asTheyAre(name: string, { mean, scale }: Affine): Affine {
  if (scale < NARROWEST * Math.abs(mean))
    throw new InputError(
      `column ${name} has mean ${mean.toPrecision(3)} and standard deviation ${scale.toPrecision(3)}, which single precision does not tell from constant; subtract its mean, or leave data.standardize at true`,
      ["data", "standardize"],
    );
  return { mean: 0, scale: 1 };
}

const isAffine = (data: ColumnData): data is ColumnData & Affine => "scale" in data;

/**
 * The coordinates of real rows: what the training rows say of each column.
 * @throws InputError for a column that is constant, or that single precision takes for constant.
 */
export function fitCoordinates({ data }: RunConfig, columns: readonly string[], train: FloatTensor): Coordinates {
  const { standardize } = data;
  const standardise: Standardise = (name, values) => {
    const fitted = affineOf(name, values);
    return standardize === false ? asTheyAre(name, fitted) : fitted;
  };
  const described = columns.map((name, j) => {
    const cells = cellsOf(train, j);
    return { name, kind: real.name, ...real.fit({ name, all: cells, train: cells }, {}, standardise) };
  });
  if (standardize !== "together") return coordinatesOf(described);
  const widest = Math.max(...described.map((column) => (isAffine(column) ? column.scale : 0)));
  return coordinatesOf(described.map((column) => (isAffine(column) ? { ...column, scale: widest } : column)));
}
