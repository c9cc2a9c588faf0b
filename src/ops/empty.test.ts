import { expect, it } from "vitest";
import { compile } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { sort } from "./extrema.js";
import { input } from "./leaf.js";
import { matmul } from "./linalg.js";
import { reshape } from "./shape.js";

it("tensors without elements are reshaped, sorted and multiplied by the engine", async () => {
  const x = input("x", [0, 3]);
  const { values, order } = sort(x, 1);
  const cube = reshape(x, [1, 0, 3]);
  const product = matmul(cube, reshape(x, [1, 0, 3]), { transposeA: true });
  const program = await compile({ x }, { values, order, turned: reshape(x, [3, 0]), product });
  const y = await program.run({ x: tensor(new Float32Array(0), [0, 3]) });
  expect([y.values.shape, y.order.shape, y.order.dtype, y.turned.shape]).toEqual([[0, 3], [0, 3], "int64", [3, 0]]);
  expect([y.product.shape, [...(y.product.data as Float32Array)]]).toEqual([[1, 3, 3], Array(9).fill(0)]);
});
