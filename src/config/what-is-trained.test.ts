import { expect, it } from "vitest";
import { resolveConfig } from "./config.js";
import { closingSteps, trains } from "./what-is-trained.js";

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

it("closes the training of rows, but not that of images unless told so", () => {
  const steps = (image: object, closing: object = {}) =>
    closingSteps(
      resolveConfig({ data: { file: "rows", ...image }, objective: { name: "balanced" }, steps: 200, ...closing }),
    );
  expect(steps({})).toBe(20);
  expect(steps({ image: [1, 4, 4] })).toBe(0);
  expect(steps({ image: [1, 4, 4] }, { closing: 5 })).toBe(5);
});
