import { expect, it } from "vitest";
import { interpreted } from "../../test/support/interpreted-program.js";
import { evaluateByKernels } from "../../test/support/kernel-evaluator.js";
import { exp } from "../ops/arithmetic.js";
import { input } from "../ops/leaf.js";
import { matmul } from "../ops/linalg.js";
import { and, less } from "../ops/logic.js";
import { tensor } from "../util/tensor.js";
import { fuse } from "./fuse.js";
import { freshValue, linearize } from "./linearize.js";

it("keeps numbers of two widths in kernels of their own, where truth of both meets", async () => {
  const [x, y] = [input("x", [8, 8]), input("y", [8, 8], "float64")];
  const z = and(less(exp(y), 1.25), less(matmul(x, x), 0.5));
  const data = Array.from({ length: 64 }, (_, i) => Math.sin(i));
  const feeds = { x: tensor(Float32Array.from(data), [8, 8]), y: tensor(Float64Array.from(data), [8, 8]) };
  const { steps, results } = linearize([z], new Map([x, y].map((e) => [e, freshValue(e, null)])));
  expect(fuse(steps, results).map(({ numbers }) => numbers)).toEqual(["float64", "float32"]);
  expect(await interpreted({ f32: 4, f64: 2 })({ x, y }, { z }, feeds)).toEqual(
    evaluateByKernels({ x, y }, { z }, feeds),
  );
});
