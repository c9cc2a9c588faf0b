import { describe, expect, it } from "vitest";
import { z } from "zod";
import { InputError } from "../util/errors.js";
import { metric } from "./metric.js";

const scaled = metric({
  name: "scaled-sum",
  about: "A sum, scaled.",
  cite: "Nobody (2000)",
  of: "samples",
  options: z.object({ by: z.number().default(2) }),
  compute: (x: readonly number[], { by }) => by * x.reduce((s, v) => s + v, 0),
});

describe("metric", () => {
  it("is called with its input and carries its facts", () => {
    expect(scaled([1, 2])).toBe(6);
    expect(scaled([1, 2], { by: 10 })).toBe(30);
    expect({ ...scaled }).toMatchObject({ name: "scaled-sum", of: "samples", cite: "Nobody (2000)" });
    expect(scaled.name).toBe("scaled-sum");
  });

  it("refuses an unknown option and a wrong value", () => {
    // @ts-expect-error no such option
    expect(() => scaled([1], { bye: 3 })).toThrow(/metric scaled-sum: unknown option bye, did you mean "by"/);
    // @ts-expect-error a number is expected
    expect(() => scaled([1], { by: "3" })).toThrow(InputError);
  });
});
