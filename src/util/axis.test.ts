import { expect, it } from "vitest";
import { joinAxis, sliceAxis } from "./axis.js";
import { tensor } from "./tensor.js";

const shape = [2, 6, 3];
const x = tensor(
  Float32Array.from({ length: 36 }, (_, i) => i),
  shape,
);

it("takes places of an axis, and leaves the tensor alone", () => {
  const part = sliceAxis(x, 1, 2, 4);
  expect(part.shape).toEqual([2, 2, 3]);
  expect([...part.data]).toEqual([6, 7, 8, 9, 10, 11, 24, 25, 26, 27, 28, 29]);
  part.data[0] = -1;
  expect(x.data[6]).toBe(6);
});

it.each([0, 1, 2])("joins along axis %i what was taken apart along it", (axis) => {
  const at = [0, 1, shape[axis]!];
  const parts = [0, 1].map((i) => sliceAxis(x, axis, at[i]!, at[i + 1]!));
  expect(joinAxis(parts, axis)).toEqual(x);
});

it("keeps the dtype", () => {
  for (const data of [BigInt64Array.of(1n, 2n), Uint8Array.of(1, 0), Float64Array.of(0.1, 0.2)]) {
    const t = tensor<Float64Array | BigInt64Array | Uint8Array>(data, [2]);
    expect(joinAxis([sliceAxis(t, 0, 0, 1), sliceAxis(t, 0, 1, 2)], 0)).toEqual(t);
  }
});
