import { describe, expect, it } from "vitest";
import { numbers, worstDifference } from "../../../test/support/tensors.js";
import { rowJacobian } from "../../autodiff/grad.js";
import { constant } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { InputError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { makeFlow } from "../flow.js";
import { gaussianBase } from "../gaussian-base.js";
import { logit } from "./logit.js";

const none = constant(tensor(new Float32Array(0)));
const alpha = 0.05;
const [least, most] = [-1, 3];
const map = logit({ alpha, range: [least, most] });
const flow = makeFlow([1], gaussianBase(1), [map]);
const at = (values: readonly number[], dtype: "float32" | "float64" = "float64") =>
  constant(tensor(dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values), [values.length, 1]));
const spare = ((most - least) * alpha) / (1 - 2 * alpha);
const [low, high] = [least - spare, most + spare];

describe("pixels as numbers without bounds", () => {
  it("are logit(α + (1 − 2α) x) of their place x between the ends, with its slope", async () => {
    const pixels = [-1, -0.98, 0.5, 2.77, 3];
    const y = at(pixels);
    const { x, logDet } = map.inverse(y, none);
    const there = map.forward(x, none);
    const found = await evaluate({ x, logDet, slope: rowJacobian(x, y), y: there.y, back: there.logDet });
    for (const [i, p] of pixels.entries()) {
      const u = alpha + (1 - 2 * alpha) * ((p - least) / (most - least));
      expect(numbers(found.x)[i]).toBeCloseTo(Math.log(u / (1 - u)), 12);
      expect(numbers(found.logDet)[i]).toBeCloseTo(Math.log(numbers(found.slope)[i]!), 12);
      expect(numbers(found.back)[i]).toBeCloseTo(-numbers(found.logDet)[i]!, 12);
      expect(numbers(found.y)[i]).toBeCloseTo(p, 12);
    }
  });

  it("keep a density normalised, with none of it beyond the ends", async () => {
    const n = 20_000;
    const width = (high - low) / n;
    const nodes = Array.from({ length: n }, (_, i) => low + (i + 0.5) * width);
    const outside = [-10, low - 1e-3, high + 1e-3, 20];
    const beyond = at(outside);
    const found = await evaluate({
      inside: flow.logProb(at(nodes), none),
      outside: flow.logProb(beyond, none),
      force: rowJacobian(flow.logProb(beyond, none), beyond),
    });
    const mass = numbers(found.inside).reduce((s, v) => s + Math.exp(v) * width, 0);
    expect(Math.abs(mass - 1)).toBeLessThan(1e-4);
    expect(numbers(found.outside)).toEqual(outside.map(() => Number.NEGATIVE_INFINITY));
    expect(numbers(found.force)).toEqual(outside.map(() => 0));
  });

  it("have a finite density where a draw rounds to an end, and none is NaN far out", async () => {
    const z = at([-200, -17, 0, 17, 200], "float32");
    const { y, logDet } = map.forward(z, none);
    const found = await evaluate({ y, logDet, again: flow.logProb(y, none) });
    for (const t of [found.y, found.logDet, found.again]) expect(numbers(t).every(Number.isFinite)).toBe(true);
  });

  it("are the same on the host, in any shape", async () => {
    const data = tensor(
      normal(makeKey(3), [4, 2, 3]).data.map((v) => 2 / (1 + Math.exp(-v))) as Float32Array,
      [4, 2, 3],
    );
    const found = await evaluate(map.inverse(constant(data), none));
    expect(worstDifference(map.pullBack!(data, new Float32Array(0)), found.x)).toBeLessThan(1e-5);
    expect(found.logDet.shape).toEqual([4]);
  });

  it("are refused as data beyond the ends, with the value", () => {
    for (const v of [-1.5, 3.25, Number.NaN]) {
      const data = tensor(Float32Array.of(0, v), [2, 1]);
      expect(() => map.init(makeKey(1), data)).toThrow(InputError);
      expect(() => map.init(makeKey(1), data)).toThrow(`pixels between -1 and 3, and the data hold ${v}`);
    }
    expect(map.init(makeKey(1), tensor(Float32Array.of(-1, 3), [2, 1])).length).toBe(0);
  });
});
