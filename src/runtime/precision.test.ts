import { expect, it } from "vitest";
import * as ops from "../ops/index.js";
import { precisionOf } from "./precision.js";

const [x, wide, whole] = [ops.input("x", [3]), ops.input("wide", [3], "float64"), ops.input("n", [3], "int64")];

it("is that of what is computed, whatever is given", () => {
  expect(precisionOf([ops.exp(x)])).toBe("single");
  expect(precisionOf([ops.exp(wide)])).toBe("double");
  expect(precisionOf([ops.exp(x), ops.exp(wide)])).toBe("mixed");
  expect(precisionOf([ops.cast(ops.exp(wide), "float32")])).toBe("mixed");
  expect(precisionOf([ops.exp(ops.cast(wide, "float32"))])).toBe("single");
  expect(precisionOf([ops.add(whole, 1)])).toBe("single");
  expect(precisionOf([wide])).toBe("single");
});

it("is looked for inside of loops", () => {
  const { state } = ops.scan({ init: { s: x }, length: 3 }, ({ s }) => ({
    state: { s: ops.cast(ops.exp(ops.cast(s, "float64")), "float32") },
  }));
  expect(precisionOf([state.s])).toBe("mixed");
  const captured = ops.scan({ init: { s: x }, length: 3 }, ({ s }) => ({
    state: { s: ops.add(s, ops.cast(wide, "float32")) },
  }));
  expect(precisionOf([captured.state.s])).toBe("single");
});
