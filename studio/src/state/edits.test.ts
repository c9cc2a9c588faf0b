import { expect, it } from "vitest";
import { canGoOn, changedKeys, sharesData, withDataOf, withEdits, withObjective } from "./edits.js";

const config = { seed: 1, optimizer: { energy: { name: "adam", learningRate: 1e-3 } }, objective: { name: "pcd" } };

it("lets a training go on by other options of its optimizers, and other amounts of its objective", () => {
  const energy = { name: "adam", learningRate: 1e-4, clip: 1 };
  expect(changedKeys(config, { ...config, optimizer: { energy } })).toEqual([
    "optimizer.energy.learningRate",
    "optimizer.energy.clip",
  ]);
  expect(canGoOn({ config }, { config: { ...config, optimizer: { energy } } })).toBe(true);
  expect(canGoOn({ config }, { config: { ...config, optimizer: {} } })).toBe(false);
  expect(canGoOn({ config }, { config: { ...config, optimizer: { energy: { ...energy, name: "sgd" } } } })).toBe(false);
  expect(canGoOn({ config }, { config: { ...config, seed: 2 } })).toBe(false);
  const objective = (options: object) => ({ config: { ...config, objective: { name: "pcd", ...options } } });
  expect(canGoOn({ config }, objective({ localSteps: 3, adapt: true }))).toBe(true);
  expect(canGoOn(objective({ start: "data" }), objective({ start: "noise" }))).toBe(false);
  expect(canGoOn({ config }, { config: { ...config, objective: { name: "cd" } } })).toBe(false);
  const table = { source: "a", columns: ["x", "y"], data: new Float64Array(4) };
  expect(canGoOn({ config }, { config, table })).toBe(false);
});

it("gives a second training the data and the seed of a first, and nothing else", () => {
  const table = { source: "a.csv", columns: ["x", "y"], data: new Float64Array(40) };
  const first = { config: { ...config, seed: 3, data: { file: "a.csv" } }, table };
  const second = { config: { seed: 1, data: { dataset: "moons" }, objective: { name: "cd" } } };
  const shared = withDataOf(first, second, { energy: { name: "tilted", scale: 1 } });
  expect(shared).toEqual({
    config: { seed: 3, data: { file: "a.csv" }, objective: { name: "cd" }, energy: { name: "tilted" } },
    table,
  });
  expect(sharesData(first, shared)).toBe(true);
  expect(withDataOf(first, shared, undefined)).toBe(shared);
  expect(withDataOf(second, shared, undefined)).toEqual({
    config: { ...second.config, energy: { name: "tilted" } },
  });
});

it("compares with another objective, all else alike", () => {
  const optimizer = { energy: { learningRate: 0.1 }, generator: { learningRate: 1 } };
  expect(withObjective({ config: { ...config, optimizer } }, "cd")).toEqual({
    config: { seed: 1, objective: { name: "cd" }, optimizer: { energy: { learningRate: 0.1 } } },
  });
});

it("keeps what is being edited when something else changes", () => {
  const edited = { config: { ...config, batch: 0, objective: { name: "pcd", localSteps: -1 } } };
  const next = { config: { ...config, seed: 7 } };
  expect(withEdits({ config }, edited, next)).toEqual({ config: { ...edited.config, seed: 7 } });
  expect(withEdits({ config }, { config: { objective: config.objective, seed: 1 } }, next)).toEqual({
    config: { objective: config.objective, seed: 7 },
  });
});
