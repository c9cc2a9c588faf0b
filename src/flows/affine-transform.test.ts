import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { affineTransform } from "./affine-transform.js";

it("is x eˢ + t with s = c tanh(s₀/c), so that no number stretches it by more than eᶜ", async () => {
  const bound = 2;
  const given = [
    [0, 0],
    [0.5, -1],
    [-3, 4],
    [1e6, 0.25],
    [-1e6, 0.25],
  ];
  const x = given.map((_, i) => i - 1.5);
  const points = constant(tensor(Float64Array.from(x), [5, 1]));
  const theta = constant(tensor(Float64Array.from(given.flat()), [5, 1, 2]));
  const transform = affineTransform(bound);
  const { y, logDet } = transform.forward(points, theta);
  const back = transform.inverse(y, theta);
  const result = await evaluate({ y, logDet, back: back.x, backLogDet: back.logDet });
  for (const [i, [s0, t]] of given.entries()) {
    const s = bound * Math.tanh(s0! / bound);
    expect(numbers(result.logDet)[i]).toBeCloseTo(s, 14);
    expect(numbers(result.y)[i]).toBeCloseTo(x[i]! * Math.exp(s) + t!, 12);
    expect(numbers(result.back)[i]).toBeCloseTo(x[i]!, 12);
    expect(numbers(result.backLogDet)[i]).toBeCloseTo(-s, 14);
  }
});
