import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { add } from "../../ops/arithmetic.js";
import { full } from "../../ops/indexing.js";
import { constant } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { channelMask, checkerboardMask } from "./mask.js";

describe("a checkerboard", () => {
  it("alternates along rows and columns, and the two parities share out all pixels", async () => {
    const image = [2, 3, 4] as const;
    const [even, odd] = [checkerboardMask(image, 0), checkerboardMask(image, 1)];
    const one = full([1, 2, 3, 4], 1);
    const found = await evaluate({
      even: even.decides(one),
      odd: odd.decides(one),
      moved: even.only(one),
      both: add(even.decides(one), odd.decides(one)),
    });
    const plane = [1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0];
    expect(numbers(found.even)).toEqual([...plane, ...plane]);
    expect(numbers(found.odd)).toEqual([...plane, ...plane].map((v) => 1 - v));
    expect(numbers(found.moved)).toEqual(numbers(found.odd));
    expect(new Set(numbers(found.both))).toEqual(new Set([1]));
  });
});

describe("halves of channels", () => {
  it.each([2, 5])("are put back where they were, of %d channels", async (c) => {
    const x = constant(normal(makeKey(c), [2, c, 1, 2]));
    for (const moved of ["first", "second"] as const) {
      const mask = channelMask([c, 1, 2], moved);
      const [part, rest] = [mask.part(x), mask.decides(x)];
      const found = await evaluate({ x, again: mask.join(part, x), changed: mask.join(add(part, 1), x) });
      expect([part.shape[1], rest.shape[1]]).toEqual([mask.moved, mask.deciding]);
      expect(mask.moved + mask.deciding).toBe(c);
      expect(numbers(found.again)).toEqual(numbers(found.x));
      const same = numbers(found.changed).filter((v, i) => v === numbers(found.x)[i]);
      expect(same).toHaveLength(2 * mask.deciding * 2);
    }
  });
});
