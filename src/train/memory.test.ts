import { expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { prepareData } from "../config/prepare.js";
import { largestThatFits, memoryOf } from "./memory.js";

const configOf = (given: Record<string, unknown>) =>
  resolveConfig({ data: { dataset: "moons", points: 200 }, flow: null, energy: { hidden: [8] }, ...given });
const bytesOf = (given: Record<string, unknown>) => {
  const config = configOf(given);
  return memoryOf(config, prepareData(config, undefined));
};
const largest = (given: Record<string, unknown>, bytes: number) => {
  const config = configOf(given);
  return largestThatFits(config, prepareData(config, undefined), bytes);
};

it("finds the setting that takes the memory, and the largest of it that fits", () => {
  const objective = { name: "pcd", chains: 128 };
  for (const [path, given] of [
    ["batch", (n: number) => ({ batch: n, objective })],
    ["objective.chains", (n: number) => ({ objective: { ...objective, chains: n } })],
    ["energy.hidden.1", (n: number) => ({ energy: { hidden: [8, n] }, objective })],
  ] as const) {
    const there = bytesOf(given(50_000));
    const said = largest(given(1e9), there);
    const found = Number(new RegExp(`^${path} of at most (\\d+) fits$`).exec(said ?? "")?.[1]);
    // Two digits of it, within a hundredth.
    expect(found).toBeGreaterThan(50_000 * 0.88);
    expect(found).toBeLessThanOrEqual(50_000);
    expect(bytesOf(given(found))).toBeLessThanOrEqual(there);
  }
});

it("names none where no single one does", () => {
  expect(largest({ batch: 1e9, objective: { name: "pcd", chains: 1e9 } }, 1e9)).toBeNull();
});

it("takes sizes that numbers cannot count for what does not fit", () => {
  expect(bytesOf({ batch: Number.MAX_SAFE_INTEGER, objective: { name: "pcd" } })).toBeGreaterThan(1e15);
});

it("refuses a network of too many layers before its program is written", () => {
  const deep = (layers: number) => bytesOf({ energy: { hidden: Array(layers).fill(4) }, objective: { name: "pcd" } });
  expect(() => deep(10_000)).toThrow(/^the networks have 20001 arrays of parameters.*: take fewer layers$/);
  expect(deep(100)).toBeGreaterThan(0);
});
