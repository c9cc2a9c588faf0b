import { describe, expect, it } from "vitest";
import { tableOfImages } from "../data/images/images.js";
import { InputError } from "../util/errors.js";
import { resolveConfig } from "./config.js";
import { expectDensity } from "./expect-density.js";
import { withImage, withKinds } from "./fit-coordinates.js";
import { prepareData } from "./prepare.js";

const N = 40;
const levels = Uint8Array.from({ length: N * 4 }, (_, i) => (i % 4 === 0 ? 0 : (37 * i) % 256));
const table = tableOfImages({ source: "t", shape: [1, 2, 2], levels }, [...Array(N).keys()], undefined);
const config = (data: object = {}) => resolveConfig({ data: { file: "images", ...data } });

describe("a run of images", () => {
  it("has pixels on [-1, 1], none of them left out, whatever is constant", () => {
    const given = withImage(config(), table);
    expect(given.data.image).toEqual([1, 2, 2]);
    const { coordinates, train } = prepareData(given, table);
    expect(coordinates.width).toBe(4);
    expect(coordinates.columns.map(({ data }) => data.kind)).toEqual(Array(4).fill("pixel"));
    expect(Math.max(...train.data)).toBeLessThan(1);
    expect(Math.min(...train.data)).toBeGreaterThanOrEqual(-1);
    expect([...coordinates.decode(train).data].filter((v, i) => i % 4 === 0 && v !== 0)).toEqual([]);
    // A level has the width 2/256: a density of 1 on [-1, 1] is a probability of 1/128 of each.
    expect(coordinates.logVolume).toBeCloseTo(4 * Math.log(128), 10);
    expect(withKinds(given, coordinates).data.as).toBeUndefined();
    expect(() => expectDensity(given, { train, coordinates })).not.toThrow();
  });

  it("has as many levels as it is told", () => {
    const few = { ...table, rows: { ...table.rows, data: table.rows.data.map((v) => v % 17) } };
    const { coordinates } = prepareData(withImage(config({ image: [1, 2, 2], levels: 17 }), few), few);
    expect(coordinates.columns[0]!.data).toMatchObject({ kind: "pixel", levels: 17 });
    expect(() => prepareData(withImage(config({ image: [1, 2, 2], levels: 17 }), table), table)).toThrow(
      "expected levels of a pixel, whole numbers from 0 to 16",
    );
  });

  it("has a column for every pixel", () => {
    expect(() => withImage(config({ image: [3, 2, 2] }), table)).toThrow(InputError);
    expect(() => withImage(config({ image: [3, 2, 2] }), table)).toThrow(
      "images of shape (3, 2, 2) have 12 pixels, and t has 4 columns",
    );
    expect(() => config({ levels: 17 })).toThrow("levels are of images; say their shape with image");
    expect(() => resolveConfig({ data: { dataset: "moons", part: "test" } })).toThrow("are of images; leave them out");
  });
});
