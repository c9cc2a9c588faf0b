import { describe, expect, it } from "vitest";
import { golden, relativeError } from "../../../test/support/metrics-golden.js";
import { InputError, ShapeError } from "../../util/errors.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { renderSummary, type SummaryRow, summarize, summaryColumns } from "./summary.js";

/** Golden chains of one shape as the coordinates of one event. */
function stack(names: readonly string[]): FloatTensor {
  const all = names.map((name) => golden.chains.find((c) => c.name === name)!);
  const { shape, data } = all[0]!;
  const values = data.flatMap((_, i) => all.map((chains) => chains.data[i]!));
  return tensor(Float64Array.from(values), [...shape, all.length]);
}

describe("summarize", () => {
  for (const { chains, rows, columns, values } of golden.summaries)
    it(`is ArviZ's table: ${chains.join(", ")}`, () => {
      const table = summarize(stack(chains));
      expect(table.map(({ name }) => name)).toEqual(rows);
      expect(summaryColumns).toEqual(columns);
      for (const [i, row] of table.entries())
        for (const [j, column] of summaryColumns.entries()) {
          // ArviZ refuses an R-hat of one chain.
          if (Number.isNaN(values[i]![j]!)) expect(column).toBe("r_hat");
          else expect(relativeError(row[column], values[i]![j]!)).toBeLessThan(1e-11);
        }
    });

  it("names coordinates by index, or as told", () => {
    const draws = (event: number[]): FloatTensor => {
      const size = event.reduce((n, k) => n * k, 1);
      return tensor(
        Float64Array.from({ length: 10 * size }, (_, i) => Math.sin(i)),
        [2, 5, ...event],
      );
    };
    expect(summarize(draws([])).map((r) => r.name)).toEqual(["x"]);
    const names = ["x[0,0]", "x[0,1]", "x[0,2]", "x[1,0]", "x[1,1]", "x[1,2]"];
    expect(summarize(draws([2, 3])).map((r) => r.name)).toEqual(names);
    expect(summarize(draws([2]), { names: ["mass", "length"] }).map((r) => r.name)).toEqual(["mass", "length"]);
    expect(() => summarize(draws([2]), { names: ["mass"] })).toThrow(InputError);
    expect(() => summarize(tensor(Float64Array.of(1)))).toThrow(ShapeError);
  });

  it("gives a constant a mean and no error", () => {
    const [row] = summarize(tensor(new Float32Array(8).fill(0.5), [2, 4]));
    const none = { mcse_mean: Number.NaN, mcse_sd: Number.NaN, ess_bulk: Number.NaN, r_hat: Number.NaN };
    expect(row).toMatchObject({ mean: 0.5, sd: 0, "hdi_3%": 0.5, "hdi_97%": 0.5, ...none });
  });
});

describe("renderSummary", () => {
  const row = (name: string, values: readonly number[]): SummaryRow =>
    ({ name, ...Object.fromEntries(summaryColumns.map((column, i) => [column, values[i]!])) }) as SummaryRow;

  it("aligns columns and writes the digits that are known", () => {
    const text = renderSummary([
      row("mass", [4201.75, 801.96, 2712.5, 5849.9, 18.26, 13.1, 1930.4, 1701.9, 1.00149]),
      row("x[1,2]", [-0.0123456, 1.00213, -1.8812, 1.8791, 0.0101, 0.0072, 9876.5, 8012.2, 1.0003]),
    ]);
    expect(text.split("\n")).toEqual([
      "          mean     sd  hdi_3%  hdi_97%  mcse_mean  mcse_sd  ess_bulk  ess_tail  r_hat",
      "mass      4202    802    2713     5850         18       13      1930      1702  1.001",
      "x[1,2]  -0.012  1.002  -1.881    1.879      0.010    0.007      9877      8012  1.000",
    ]);
  });

  it("writes the very small and the very large with powers of ten, and says NaN", () => {
    const [, small, large, constant] = renderSummary([
      row("a", [1.5e-12, 1e-12, 0, 3e-12, 1e-14, 1e-14, 400, 400, 1]),
      row("b", [1.5e12, 1e12, 0, 3e12, 1e10, 1e10, 400, 400, Number.POSITIVE_INFINITY]),
      row("c", [0.5, 0, 0.5, 0.5, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]),
    ]).split("\n");
    expect(small).toMatch(/^a +1\.500e-12 +1\.000e-12 /);
    expect(large).toMatch(/^b +1\.500e\+12 .* Infinity$/);
    expect(constant).toMatch(/ NaN +NaN +NaN$/);
  });
});
