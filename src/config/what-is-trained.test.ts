import { expect, it } from "vitest";
import { resolveConfig } from "./config.js";
import { trains } from "./what-is-trained.js";

const config = (objective: object, flow: object | null = { name: "realnvp" }) =>
  resolveConfig({ data: { dataset: "two-modes" }, objective, flow });

it.each([
  [{ name: "balanced" }, true, true],
  [{ name: "flow-likelihood" }, false, true],
  [{ name: "nce" }, true, false],
  [{ name: "nce", noise: "flow" }, true, true],
  [{ name: "nce", noise: "frozen-flow" }, true, false],
])("%j: energy trained %s, flow trained %s", (objective, energy, flow) => {
  expect([trains(config(objective), "energy"), trains(config(objective), "flow")]).toEqual([energy, flow]);
});

it("asks for a flow where an option of the objective does", () => {
  expect(() => config({ name: "nce" }, null)).not.toThrow();
  for (const noise of ["flow", "frozen-flow"])
    expect(() => config({ name: "nce", noise }, null)).toThrow("objective nce needs a flow, but flow is null");
});
