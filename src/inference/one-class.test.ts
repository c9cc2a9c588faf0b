import { expect, it } from "vitest";
import { classifier } from "../energies/classifier.js";
import { tensor } from "../util/tensor.js";
import { oneClass } from "./one-class.js";

const energy = classifier({ hidden: [4] }, { event: [1], classes: 3 });
const train = tensor(Float32Array.of(10, 20, 11, 30, 12), [5, 1]);
const labels = {
  ...{ column: "kind", classes: ["a", "b", "c"], train: Int32Array.of(0, 1, 0, 2, 0) },
  ...{ validation: new Int32Array(0), test: new Int32Array(0) },
};

it("has the rows of that class alone, and its energy", () => {
  expect([...oneClass(energy, { train, labels }, "a").rows.data]).toEqual([10, 11, 12]);
  expect([...oneClass(energy, { train, labels }, "c").rows.data]).toEqual([30]);
  expect(oneClass(energy, { train, labels }, "b").energy).not.toHaveProperty("classes");
});

it("names a class that there is not", () => {
  expect(() => oneClass(energy, { train, labels }, "other")).toThrow("there is no class other; there are: a, b, c");
  expect(() => oneClass(energy, { train }, "a")).toThrow("trained on rows without labels");
});
