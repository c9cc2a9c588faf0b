import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { rowJacobian } from "../autodiff/grad.js";
import { constant } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { affineTransform } from "./affine-transform.js";
import { coupling } from "./coupling.js";

const N = 6;
const key = makeKey(16);

/** Which entries of `∂y/∂x` are not zero, for a layer whose parameters are all drawn. */
async function pattern(d: number, transformed: "first" | "second"): Promise<string[]> {
  const layer = coupling({ d, transformed, hidden: [8], activation: "silu" }, affineTransform(2));
  const params = constant(normal(fold(key, "params"), [layer.layout.size], "float64"));
  const x = constant(normal(fold(key, "x"), [N, d], "float64"));
  const { y } = layer.forward(x, params);
  const { jacobian } = await evaluate({ jacobian: rowJacobian(y, x) });
  const all = numbers(jacobian);
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) =>
      Array.from({ length: N }, (_, n) => all[(n * d + i) * d + j]!).some((v) => v !== 0) ? "x" : ".",
    ).join(""),
  );
}

describe("coupling", () => {
  it("moves one part by what the other one says, and keeps the other one", async () => {
    expect(await pattern(2, "second")).toEqual(["x.", "xx"]);
    expect(await pattern(2, "first")).toEqual(["xx", ".x"]);
    expect(await pattern(5, "second")).toEqual(["x....", ".x...", "xxx..", "xx.x.", "xx..x"]);
    expect(await pattern(5, "first")).toEqual(["x..xx", ".x.xx", "..xxx", "...x.", "....x"]);
  });

  it("keeps coordinates to the last bit", async () => {
    const layer = coupling({ d: 3, transformed: "second", hidden: [8], activation: "silu" }, affineTransform(2));
    const points = normal(fold(key, "x"), [N, 3], "float64");
    const params = constant(normal(fold(key, "params"), [layer.layout.size], "float64"));
    const { y, logDet } = layer.forward(constant(points), params);
    const result = await evaluate({ y, logDet });
    for (let n = 0; n < N; n++) expect(numbers(result.y)[3 * n]).toBe(points.data[3 * n]);
    expect(result.logDet.shape).toEqual([N]);
  });

  it("learns a transform of its own for a single coordinate, in either turn", async () => {
    for (const transformed of ["first", "second"] as const) {
      const layer = coupling({ d: 1, transformed, hidden: [4], activation: "silu" }, affineTransform(2));
      // All zero but the last bias: s₀ = 0.5, t = −1.
      const params = layer.init(key).fill(0);
      params.set([0.5, -1], params.length - 2);
      const { y } = layer.forward(constant(tensor(Float32Array.of(-2, 0, 3), [3, 1])), constant(tensor(params)));
      const s = 2 * Math.tanh(0.25);
      for (const [i, v] of numbers((await evaluate({ y })).y).entries())
        expect(v).toBeCloseTo([-2, 0, 3][i]! * Math.exp(s) - 1, 5);
    }
  });
});
