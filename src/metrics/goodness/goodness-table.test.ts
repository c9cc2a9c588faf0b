import { describe, expect, it } from "vitest";
import { rowsOf } from "../../../test/support/goodness-golden.js";
import { normalRows, twoModeRows } from "../../../test/support/two-samples.js";
import { fold, makeKey } from "../../random/key.js";
import { ShapeError } from "../../util/errors.js";
import { energyDistance } from "./energy-distance.js";
import { goodnessTable } from "./goodness-table.js";

const key = makeKey(79);
const names = ["maximum-mean-discrepancy", "energy-distance", "sliced-wasserstein", "classifier-two-sample"];

describe("goodnessTable", () => {
  it("has a row for every two-sample test, each with a key of its own", () => {
    const given = { x: normalRows(fold(key, "a"), [40, 2]), y: normalRows(fold(key, "b"), [60, 2]), key };
    const table = goodnessTable(given, { permutations: 19 });
    expect(table.map(({ name }) => name)).toEqual(names);
    expect(goodnessTable(given, { permutations: 19 })).toEqual(table);
    const { value, pValue } = energyDistance({ ...given, key: fold(key, "energy-distance") }, { permutations: 19 });
    expect(table[1]).toEqual({ name: "energy-distance", statistic: value, pValue });
    const bare = goodnessTable(given, { permutations: 0 });
    expect(bare.map(({ pValue: p }) => p === null)).toEqual([true, true, true, false]);
  });

  it("finds wrong mode weights by every row of it, and nothing wrong with right ones", () => {
    const pValues = (second: number): number[] => {
      const x = twoModeRows(fold(key, "model"), 800, second).x;
      const y = twoModeRows(fold(key, "held out"), 700, 0.5).x;
      return goodnessTable({ x, y, key }, { rows: 400, permutations: 199 }).map(({ pValue }) => pValue!);
    };
    for (const p of pValues(0.25)) expect(p).toBeLessThan(0.05 / 4);
    // All four above 0.05/4: false alarm at most 5 % over seeds.
    for (const p of pValues(0.5)) expect(p).toBeGreaterThan(0.05 / 4);
  });

  it("uses no more rows than it may", () => {
    const given = { x: normalRows(key, [50, 2]), y: normalRows(key, [20, 2]), key };
    expect(goodnessTable(given, { rows: 50, permutations: 0 })).toEqual(goodnessTable(given, { permutations: 0 }));
    expect(goodnessTable(given, { rows: 10, permutations: 0 })).not.toEqual(goodnessTable(given, { permutations: 0 }));
  });

  it("refuses what the metrics refuse", () => {
    expect(() =>
      goodnessTable({
        x: rowsOf([[1], [2]]),
        y: rowsOf([
          [1, 2],
          [2, 3],
        ]),
        key,
      }),
    ).toThrow(ShapeError);
  });
});
