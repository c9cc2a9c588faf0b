import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { constant } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { tensor } from "../../util/tensor.js";
import { squeeze } from "./squeeze.js";

const none = constant(tensor(new Float32Array(0)));

describe("squeeze", () => {
  it("makes channels of blocks of 2×2 pixels, and pixels of them again", async () => {
    const { inverse, forward } = squeeze([1, 4, 4]);
    const y = constant(
      tensor(
        Float32Array.from({ length: 16 }, (_, i) => i),
        [1, 1, 4, 4],
      ),
    );
    const { x, logDet } = inverse(y, none);
    const found = await evaluate({ x, logDet, again: forward(x, none).y });
    expect(found.x.shape).toEqual([1, 4, 2, 2]);
    expect(numbers(found.x)).toEqual([0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15]);
    expect(numbers(found.again)).toEqual(numbers((await evaluate({ y })).y));
    expect(numbers(found.logDet)).toEqual([0]);
  });

  it("puts the upper pixels of all channels before the lower ones", async () => {
    const y = constant(
      tensor(
        Float32Array.from({ length: 8 }, (_, i) => i),
        [1, 2, 2, 2],
      ),
    );
    const { x } = await evaluate(squeeze([2, 2, 2]).inverse(y, none));
    expect(numbers(x)).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
  });

  it("does the same on the host", async () => {
    const map = squeeze([3, 4, 6]);
    const data = normal(makeKey(1), [5, 3, 4, 6]);
    const { x } = await evaluate(map.inverse(constant(data), none));
    const pulled = map.pullBack!(data, new Float32Array(0));
    expect(pulled.shape).toEqual([5, 12, 2, 3]);
    expect(numbers(pulled)).toEqual(numbers(x));
  });

  it("refuses images of odd size", () => {
    expect(() => squeeze([1, 7, 8])).toThrow("no whole blocks of 2×2 pixels");
  });
});
