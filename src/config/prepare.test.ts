import { describe, expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { mean, variance } from "../util/moments.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { type RunConfig, resolveConfig } from "./config.js";
import { buildModel, distributionOf, prepareData } from "./prepare.js";
import { encodeRunData } from "./run-data.js";

const N = 200;
// The first column numbers the rows; the second is far from standard.
const noise = normal(makeKey(71), [N], "float64").data;
const rows = tensor(
  Float64Array.from({ length: 2 * N }, (_, i) => (i % 2 === 0 ? i / 2 : 50 + 4 * noise[(i - 1) / 2]!)),
  [N, 2],
);
const table = { source: "points.csv", columns: ["number", "length"], rows };
const fromFile = (more: object = {}): RunConfig => resolveConfig({ data: { file: "points.csv" }, ...more });

const column = ({ data, shape }: FloatTensor, j: number): number[] =>
  Array.from({ length: shape[0]! }, (_, i) => data[i * shape[1]! + j]!);

describe("the rows", () => {
  const data = prepareData(fromFile(), table);

  it("are divided into parts that share none and lose none", () => {
    const numbersOf = (part: FloatTensor) => column(data.coordinates.decode(part), 0).map(Math.round);
    const parts = [data.train, data.validation, data.test];
    expect(parts.map((p) => p.shape)).toEqual([
      [140, 2],
      [20, 2],
      [40, 2],
    ]);
    expect(parts.flatMap(numbersOf).sort((a, b) => a - b)).toEqual(Array.from({ length: N }, (_, i) => i));
    expect(data.columns).toEqual(table.columns);
  });

  it("are standardised by what the training rows say, and by nothing else", () => {
    for (const j of [0, 1]) {
      const train = column(data.train, j);
      // In single precision; the held-out parts are off by far more, as they have to be.
      expect(Math.abs(mean(train))).toBeLessThan(1e-6);
      expect(Math.abs((variance(train) * 139) / 140 - 1)).toBeLessThan(1e-6);
      const all = [data.train, data.validation, data.test].flatMap((p) => column(p, j));
      expect(Math.abs(mean(all))).toBeGreaterThan(1e-3);
    }
    const spoilt = { ...table, rows: tensor(rows.data.slice(), rows.shape) };
    const held = column(data.coordinates.decode(data.test), 0).map(Math.round);
    for (const row of held) spoilt.rows.data[2 * row + 1] = 1e6;
    expect(prepareData(fromFile(), spoilt)).toMatchObject({
      train: data.train,
      coordinates: { affine: data.coordinates.affine },
    });
  });

  it("come back in their own units", () => {
    const back = data.coordinates.decode(data.train);
    for (let i = 0; i < 140; i++)
      expect(back.data[2 * i + 1]).toBeCloseTo(rows.data[2 * Math.round(back.data[2 * i]!) + 1]!, 4);
  });

  it("stay in their own units where they are not to be standardised", () => {
    const raw = prepareData(fromFile({ data: { file: "points.csv", standardize: false } }), table);
    expect(raw.coordinates.affine).toEqual({ mean: Float64Array.of(0, 0), scale: Float64Array.of(1, 1) });
    for (const part of ["train", "validation", "test"] as const) {
      const back = data.coordinates.decode(data[part]).data;
      expect(raw[part].dtype).toBe("float32");
      raw[part].data.forEach((v, i) => {
        expect(Math.abs(v - back[i]!)).toBeLessThan(1e-4);
      });
    }
  });

  it("keep their shape where all columns are divided by one number", () => {
    const together = prepareData(fromFile({ data: { file: "points.csv", standardize: "together" } }), table);
    const { mean: at, scale } = together.coordinates.affine!;
    expect(at).toEqual(data.coordinates.affine!.mean);
    const widest = Math.max(...data.coordinates.affine!.scale);
    expect(scale).toEqual(Float64Array.of(widest, widest));
    // The first column counts 200 rows and has deviation 58, the second 4.
    expect(variance(column(together.train, 0))).toBeCloseTo(1, 1);
    expect(Math.sqrt(variance(column(together.train, 1)))).toBeCloseTo(data.coordinates.affine!.scale[1]! / widest, 2);
    expect(together.coordinates.decode(together.train).data[1]).toBeCloseTo(
      data.coordinates.decode(data.train).data[1]!,
      4,
    );
  });

  it("are refused in units in which single precision loses their spread", () => {
    const late = {
      ...table,
      rows: tensor(
        rows.data.map((v, i) => (i % 2 === 0 ? v : 1.7e9 + v)),
        rows.shape,
      ),
    };
    expect(() => prepareData(fromFile({ data: { file: "p.csv", standardize: false } }), late)).toThrow(
      /column length has mean 1\.70e\+9 and standard deviation [34]\.\d+, which single precision/,
    );
    expect(column(prepareData(fromFile(), late).train, 1).length).toBe(140);
  });

  it("depend on the seed alone", () => {
    const again = prepareData(fromFile({ steps: 9, objective: { name: "cd" } }), table);
    expect(encodeRunData(again)).toEqual(encodeRunData(data));
    expect(prepareData(fromFile({ seed: 1 }), table).train).not.toEqual(data.train);
    const drawn = (points: number) => prepareData(resolveConfig({ data: { dataset: "moons", points } }), undefined);
    expect(encodeRunData(drawn(50))).toEqual(encodeRunData(drawn(50)));
    expect(drawn(50).train.shape).toEqual([35, 2]);
    expect(drawn(50).columns).toEqual(["x1", "x2"]);
  });

  it("are refused when there are none; a column that is constant has no coordinate, and a real one is refused", () => {
    expect(() => prepareData(fromFile(), undefined)).toThrow(InputError);
    const flat = {
      ...table,
      rows: tensor(
        rows.data.map((v, i) => (i % 2 === 0 ? v : 3)),
        [N, 2],
      ),
    };
    for (const standardize of [true, false]) {
      const about = { file: "p.csv", standardize };
      const { coordinates, train } = prepareData(fromFile({ data: about }), flat);
      expect([coordinates.width, train.shape[1]]).toEqual([1, 1]);
      expect(coordinates.decode(train).data[1]).toBe(3);
      expect(() => prepareData(fromFile({ data: { ...about, as: { length: "real" } } }), flat)).toThrow(
        /column length is constant/,
      );
    }
  });
});

describe("the model", () => {
  it("is what the configuration names, of points of the shape of the data", () => {
    const model = buildModel(fromFile({ flow: { name: "realnvp", layers: 2 }, energy: { name: "neural" } }), [3]);
    expect([model.event, model.energy.event, model.flow!.event]).toEqual([[3], [3], [3]]);
    expect(buildModel(fromFile({ flow: null, objective: { name: "cd" } }), [3])).not.toHaveProperty("flow");
  });

  it("tilts the flow where that is its base: as many parameters more, and they are frozen", () => {
    const tilted = { name: "tilted", hidden: [4] };
    const plain = buildModel(fromFile({ energy: tilted }), [2]);
    const { energy, flow } = buildModel(fromFile({ energy: { ...tilted, base: "flow" }, pretrain: 1 }), [2]);
    expect(energy.layout.size).toBe(plain.energy.layout.size + flow!.layout.size);
    const frozen = energy.layout.leaves.filter((leaf) => leaf.frozen);
    expect(frozen.map((leaf) => leaf.offset)).toEqual(flow!.layout.leaves.map((leaf) => leaf.offset));
  });

  it("knows the law of its data where that is built in", () => {
    const known = distributionOf(resolveConfig({ data: { dataset: "two-modes", options: { weights: [1, 3] } } }));
    expect(known!.modes!.weights).toEqual([0.25, 0.75]);
    expect(distributionOf(fromFile())).toBeUndefined();
  });
});
