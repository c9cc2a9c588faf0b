import { describe, expect, it } from "vitest";
import { chiSquareScore } from "../../test/support/goodness.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError, ShapeError } from "../util/errors.js";
import { cast, tensor } from "../util/tensor.js";
import { batchIndices } from "./batch-indices.js";
import { standardCoordinates } from "./columns/coordinates.js";
import { splitRows } from "./split-rows.js";
import { takeRows } from "./take-rows.js";

const key = makeKey(11);
const counting = (n: number, d: number) =>
  tensor(
    Float64Array.from({ length: n * d }, (_, i) => i),
    [n, d],
  );

describe("standardCoordinates", () => {
  const x = tensor(Float64Array.of(1, 10, 3, 30, 5, 80), [3, 2]);

  it("brings each column to mean 0 and deviation 1, and back", () => {
    const s = standardCoordinates(x);
    expect([...s.affine!.mean]).toEqual([3, 40]);
    expect(s.affine!.scale[0]).toBeCloseTo(Math.sqrt(8 / 3), 14);
    expect(s.affine!.scale[1]).toBeCloseTo(Math.sqrt(2600 / 3), 12);
    const z = s.encode(x);
    expect(z.data[0]).toBeCloseTo(-2 / Math.sqrt(8 / 3), 14);
    s.decode(z).data.forEach((v, i) => {
      expect(v).toBeCloseTo(x.data[i]!, 13);
    });
  });

  it("moves a normal log density by the log scales", () => {
    const s = standardCoordinates(x);
    const logNormal = (v: number): number => -(v * v) / 2 - Math.log(2 * Math.PI) / 2;
    const z = s.encode(x).data;
    const inX = logNormal(z[2]!) + logNormal(z[3]!) - s.logVolume;
    const square = (3 - 3) ** 2 / (8 / 3) + (30 - 40) ** 2 / (2600 / 3);
    expect(inX).toBeCloseTo(-square / 2 - Math.log(2 * Math.PI * Math.sqrt(8 / 3) * Math.sqrt(2600 / 3)), 13);
  });

  it("refuses a constant column by name, also one whose mean rounds, and points of another width", () => {
    const constant = tensor(Float64Array.of(1, 0.1, 2, 0.1, 3, 0.1), [3, 2]);
    expect(() => standardCoordinates(constant, ["a", "b"])).toThrow(InputError);
    expect(() => standardCoordinates(constant, ["a", "b"])).toThrow("column b is constant over 3 rows");
    expect(() => standardCoordinates(tensor(Float64Array.of(1, Number.NaN), [2, 1]))).toThrow(
      "column x1: its mean or spread",
    );
    expect(() => standardCoordinates(x).encode(counting(2, 3))).toThrow(ShapeError);
    expect(() => standardCoordinates(tensor(new Float64Array(3)))).toThrow(ShapeError);
    expect(() => standardCoordinates(tensor(Float64Array.of(1e6, 1e6 + 1e-6), [2, 1]))).not.toThrow();
  });
});

describe("takeRows", () => {
  it("takes rows in either width, also into a tensor of an earlier call", () => {
    const x = counting(4, 2);
    expect(takeRows(x, [3, 0, 3])).toEqual(tensor(Float64Array.of(6, 7, 0, 1, 6, 7), [3, 2]));
    const single = takeRows(cast(x, "float32"), [1]);
    expect(single).toEqual(tensor(Float32Array.of(2, 3), [1, 2]));
    expect(takeRows(cast(x, "float32"), [2], single)).toBe(single);
    expect([...single.data]).toEqual([4, 5]);
    expect(() => takeRows(x, [1], single)).toThrow(ShapeError);
    expect(() => takeRows(x, [4])).toThrow("takeRows: row 4 of 4; expected 0 to 3");
  });
});

describe("splitRows", () => {
  it("divides all rows into parts of the stated sizes that share none", () => {
    const parts = splitRows(key, counting(103, 1), { validation: 0.1, test: 0.2 });
    expect([parts.train, parts.validation, parts.test].map((p) => p.shape)).toEqual([
      [72, 1],
      [10, 1],
      [21, 1],
    ]);
    const rows = [parts.train, parts.validation, parts.test].flatMap((p) => [...p.data]);
    expect(rows.sort((a, b) => a - b)).toEqual([...counting(103, 1).data]);
    expect(splitRows(key, counting(103, 1)).test).toEqual(parts.test);
    expect(splitRows(fold(key, 1), counting(103, 1)).test.data).not.toEqual(parts.test.data);
  });

  it("leaves a part out when its fraction is 0, and refuses one that would be empty", () => {
    expect(splitRows(key, counting(3, 2), { validation: 0, test: 0 }).test.shape).toEqual([0, 2]);
    expect(() => splitRows(key, counting(4, 2))).toThrow("4 rows are too few for a validation fraction of 0.1");
    expect(() => splitRows(key, counting(4, 2), { validation: 0.5, test: 0.5 })).toThrow("leave none for training");
    expect(() => splitRows(key, counting(4, 2), { validation: 1.5 })).toThrow(InputError);
  });
});

describe("batchIndices", () => {
  it("goes through an epoch without replacement, each epoch in another order", () => {
    const epoch = (e: number): number[] => [0, 1, 2].flatMap((s) => [...batchIndices(key, 3 * e + s, 10, 3)]);
    for (const e of [0, 1, 7]) expect(new Set(epoch(e)).size).toBe(9);
    expect(epoch(0)).not.toEqual(epoch(1));
  });

  it("is a pure function of key and step, whatever was asked before and in whatever order", () => {
    const steps = [5, 0, 12, 5, 1000];
    const once = steps.map((step) => [...batchIndices(makeKey(4), step, 50, 7)]);
    const warm = makeKey(4);
    for (let step = 0; step < 30; step++) batchIndices(warm, step, 50, 7);
    batchIndices(warm, 5, 49, 7);
    expect(steps.map((step) => [...batchIndices(warm, step, 50, 7)])).toEqual(once);
    batchIndices(warm, 5, 50, 7).fill(0);
    expect([...batchIndices(warm, 5, 50, 7)]).toEqual(once[0]);
  });

  it("uses every row equally often over epochs, also those left over in each", () => {
    const counts = new Array<number>(10).fill(0);
    for (let step = 0; step < 3000; step++) for (const i of batchIndices(key, step, 10, 4)) counts[i] = counts[i]! + 1;
    expect(Math.min(...counts)).toBeGreaterThan(0);
    // Sampling without replacement spreads less than the chi-square of independent draws: above 4.5 less often than 3e-6.
    expect(chiSquareScore(counts, new Array(10).fill(0.1))).toBeLessThan(4.5);
  });

  it("draws with replacement when the batch is larger than the data", () => {
    const batch = batchIndices(key, 3, 5, 100);
    expect([batch.length, new Set(batch).size]).toEqual([100, 5]);
    expect(batchIndices(key, 3, 5, 100)).toEqual(batch);
    expect(batchIndices(key, 4, 5, 100)).not.toEqual(batch);
    expect(batchIndices(key, 0, 5, 5).toSorted()).toEqual(Uint32Array.of(0, 1, 2, 3, 4));
  });

  it.each([
    [-1, 5, 2],
    [0, 0, 2],
    [0, 5, 0],
    [0.5, 5, 2],
  ])("refuses step %s of %s rows in batches of %s", (step, n, batch) => {
    expect(() => batchIndices(key, step, n, batch)).toThrow(InputError);
  });
});

it("a batch of normal rows keeps their values", () => {
  const x = normal(key, [20, 3]);
  const rows = batchIndices(key, 0, 20, 6);
  expect([...takeRows(x, rows).data.subarray(3, 6)]).toEqual([...x.data.subarray(3 * rows[1]!, 3 * rows[1]! + 3)]);
});
