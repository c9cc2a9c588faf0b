import { describe, expect, it } from "vitest";
import { standardCoordinates } from "../data/columns/coordinates.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { cast, tensor } from "../util/tensor.js";
import { resolveConfig } from "./config.js";
import { expectDensity } from "./expect-density.js";

const config = resolveConfig({ data: { file: "rows.csv" } });
const z = normal(makeKey(7), [300], "float64").data;

/** What is said of rows, in the coordinates of their model. */
function said(rows: readonly (readonly number[])[]): string {
  const table = tensor(Float64Array.from(rows.flat()), [rows.length, rows[0]!.length]);
  const coordinates = standardCoordinates(table);
  try {
    expectDensity(config, { train: cast(coordinates.encode(table), "float32"), coordinates });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** Rows of x, y and x + 2 y + noise. */
const sums = (noise: number): number[][] =>
  Array.from({ length: 100 }, (_, i) => {
    const [x, y, e] = [z[i]!, z[100 + i]!, z[200 + i]!];
    return [x, y, x + 2 * y + noise * e];
  });

describe("expectDensity", () => {
  it("says of a sum that it is one, and of one that noise keeps from it how near it is", () => {
    expect(said(sums(0))).toMatch(
      /^column x3 is a weighted sum of the columns before it \(x1 and x2\), as far as single precision tells, so there is/,
    );
    // 1e-5 over a standard deviation of √5.
    expect(said(sums(1e-5))).toMatch(/^column x3 is nearly a weighted sum .*: they leave [45]e-6 of its standard dev/);
    expect(said(sums(1e-3))).toBe("");
  });

  it("says of few rows that they are few, also where each is there many times", () => {
    expect(said(sums(1).slice(0, 2))).toMatch(/^2 rows are left for training, of 3 columns; give more rows/);
    const few = Array.from({ length: 40 }, (_, i) => sums(1)[i % 3]!);
    expect(said(few)).toMatch(
      /^of 40 rows left for training 3 differ, .* 3 columns; give more rows, .* at least 4 differ/,
    );
    expect(said(Array.from({ length: 40 }, (_, i) => sums(1)[i % 4]!))).toBe("");
  });
});
