import { describe, expect, it } from "vitest";
import { heldOutAt, nearestOf } from "./kept-steps.js";

describe("kept steps", () => {
  it("are found by their step, the nearest where it is not kept", () => {
    const steps = [0, 100, 200, 1000];
    expect([0, 100, 149, 150, 999, 5000].map((step) => nearestOf(steps, step))).toEqual([0, 1, 1, 1, 3, 3]);
    expect(nearestOf([], 3)).toBe(0);
  });

  it("have what validation rows said last, with the step where it is another", () => {
    const said = [
      { step: 10, value: -2, error: 0.25 },
      { step: 30, value: -1.5, error: null },
    ];
    expect(heldOutAt(said, 5)).toBeNull();
    expect(heldOutAt(said, 10)).toBe("-2.0000 ± 0.2500 nats a row of validation rows, standardised");
    expect(heldOutAt(said, 20)).toBe("-2.0000 ± 0.2500 nats a row of validation rows, standardised, told at step 10");
    expect(heldOutAt(said, 40)).toBe("-1.5000 nats a row of validation rows, standardised, told at step 30");
  });
});
