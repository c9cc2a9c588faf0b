import { describe, expect, it } from "vitest";
import { InputError } from "../../util/errors.js";
import { efficiency } from "./efficiency.js";

describe("efficiency", () => {
  it("counts the gradients of every chain, and the seconds once", () => {
    expect(efficiency(400, { gradients: 1000, seconds: 2 }, 8)).toEqual({ perGradient: 0.05, perSecond: 200 });
  });

  it("has no value a gradient for a sampler that takes none, and none at all without an ESS", () => {
    expect(efficiency(400, { gradients: 0, seconds: 2 }, 8)).toEqual({ perGradient: null, perSecond: 200 });
    expect(efficiency(Number.NaN, { gradients: 1, seconds: 1 }, 1)).toEqual({
      perGradient: Number.NaN,
      perSecond: Number.NaN,
    });
  });

  it("refuses a cost that is none", () => {
    expect(() => efficiency(1, { gradients: -1, seconds: 1 }, 1)).toThrow(/gradients is -1/);
    expect(() => efficiency(1, { gradients: 1, seconds: 0 }, 1)).toThrow(/seconds is 0/);
    expect(() => efficiency(1, { gradients: Number.NaN, seconds: 1 }, 1)).toThrow(InputError);
    expect(() => efficiency(1, { gradients: 1, seconds: 1 }, 0)).toThrow(/chains is 0/);
  });
});
