/** A trained model whose law is known: standard normal in standardised columns, nothing learned. */

import { resolveConfig } from "../../src/config/config.js";
import { buildModel } from "../../src/config/prepare.js";
import { affineCoordinates } from "../../src/data/columns/coordinates.js";
import { partsOf } from "../../src/model/parts.js";
import { makeTrained, type Trained } from "../../src/model/trained.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import type { FloatTensor } from "../../src/util/tensor.js";

/** `N(mean, scale²)`, column by column, of so many rows. */
export function trainedNormal(
  mean: readonly number[],
  scale: readonly number[],
  n = 100,
  columns = ["a", "b"],
): Trained {
  const config = resolveConfig({
    ...{ data: { file: "p.csv" }, flow: null, objective: { name: "pcd" }, energy: { name: "gaussian" }, draws: 20_000 },
  });
  const d = mean.length;
  const key = fold(makeKey(19), `${mean} ${scale}`);
  const rows = (part: string, m: number): FloatTensor => normal(fold(key, part), [m, d]);
  const data = {
    columns: columns.slice(0, d),
    coordinates: affineCoordinates(columns.slice(0, d), { mean, scale }),
    ...{ train: rows("train", n - 40), validation: rows("validation", 20), test: rows("test", 20) },
  };
  const params = { energy: undefined, flow: undefined };
  return makeTrained(partsOf({ config, model: buildModel(config, [d]), data, params, step: 1, evaluation: null }));
}
