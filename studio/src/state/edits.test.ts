import { expect, it } from "vitest";
import { canGoOn, changedKeys } from "./edits.js";

const config = { seed: 1, optimizer: { energy: { name: "adam", learningRate: 1e-3 } }, objective: { name: "pcd" } };

it("lets a training go on by other options of its optimizers alone", () => {
  const energy = { name: "adam", learningRate: 1e-4, clip: 1 };
  expect(changedKeys(config, { ...config, optimizer: { energy } })).toEqual([
    "optimizer.energy.learningRate",
    "optimizer.energy.clip",
  ]);
  expect(canGoOn({ config }, { config: { ...config, optimizer: { energy } } })).toBe(true);
  expect(canGoOn({ config }, { config: { ...config, optimizer: {} } })).toBe(false);
  expect(canGoOn({ config }, { config: { ...config, optimizer: { energy: { ...energy, name: "sgd" } } } })).toBe(false);
  expect(canGoOn({ config }, { config: { ...config, seed: 2 } })).toBe(false);
  const table = { source: "a", columns: ["x", "y"], data: new Float64Array(4) };
  expect(canGoOn({ config }, { config, table })).toBe(false);
});
