import { describe, expect, it } from "vitest";
import { InputError } from "../util/errors.js";
import { decodeIdx, idxHeader, isIdx } from "./idx.js";

const idx = (shape: readonly number[], numbers: readonly number[], type = 8): Uint8Array => {
  const sizes = shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return Uint8Array.from([0, 0, type, shape.length, ...sizes, ...numbers]);
};

describe("decodeIdx", () => {
  it("has the shape and the bytes", () => {
    const { shape, data } = decodeIdx(idx([2, 1, 3], [1, 2, 3, 4, 5, 255]), "t");
    expect(shape).toEqual([2, 1, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
  });

  it("knows the size of a whole file by its beginning, which may be of more than memory holds", () => {
    expect(idxHeader(idx([60000, 28, 28], []), "t")).toEqual({ shape: [60000, 28, 28], start: 16, size: 47040016 });
    expect(() => idxHeader(idx([0xffffffff, 0xffffffff, 28], []), "t")).toThrow("it is damaged");
  });

  it.each([
    ["floats", idx([1], [1], 13), "t is no IDX file of bytes: it begins with 00 00 0d 01"],
    ["text", new TextEncoder().encode("a,b\n"), "begins with 61 2c 62 0a"],
    ["nothing", new Uint8Array(), "begins with nothing"],
    ["a header that ends", idx([2, 2], []).subarray(0, 9), "cut off in its header"],
    ["no images", idx([0, 28, 28], []), "(0, 28, 28) numbers; it is damaged"],
    ["too few numbers", idx([2, 2], [1, 2, 3]), "(2, 2) has 15 bytes, expected 16: it is cut off"],
    ["too many", idx([2, 2], [1, 2, 3, 4, 5]), "has 17 bytes, expected 16: it is too long"],
  ])("says what is wrong with %s", (_, bytes, words) => {
    expect(() => decodeIdx(bytes, "t")).toThrow(InputError);
    expect(() => decodeIdx(bytes, "t")).toThrow(words);
  });

  it("takes no table for one", () => {
    expect(isIdx(new TextEncoder().encode("0,0,8,3"))).toBe(false);
    expect(isIdx(idx([1, 1, 1], []))).toBe(true);
  });
});
