import { describe, expect, it } from "vitest";
import { tensor } from "../util/tensor.js";
import { decodeNpy, isNpy } from "./npy.js";

/** The bytes that NumPy's format says: magic, version, length of the header, the header, the numbers. */
function npy(descr: string, shape: string, numbers: ArrayBuffer, { version = 1, fortran = false } = {}): Uint8Array {
  const dictionary = `{'descr': ${descr}, 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }`;
  const before = version === 1 ? 10 : 12;
  const header = dictionary.padEnd(Math.ceil((dictionary.length + before + 1) / 64) * 64 - before - 1).concat("\n");
  const bytes = new Uint8Array(before + header.length + numbers.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, header.length, true);
  else view.setUint32(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), before);
  bytes.set(new Uint8Array(numbers), before + header.length);
  return bytes;
}
const six = [0.5, -2, 3, 1e300, Number.NaN, -0];
const expected = tensor(Float64Array.from(six), [2, 3]);

describe("decodeNpy", () => {
  it("reads doubles in either byte order, version and order of axes", () => {
    const numbers = Float64Array.from(six).buffer;
    expect(decodeNpy(npy("'<f8'", "(2, 3)", numbers), "x.npy")).toEqual(expected);
    expect(decodeNpy(npy("'<f8'", "(2, 3)", numbers, { version: 2 }), "x.npy")).toEqual(expected);
    const big = new DataView(new ArrayBuffer(48));
    for (const [i, v] of six.entries()) big.setFloat64(8 * i, v, false);
    expect(decodeNpy(npy("'>f8'", "(2, 3)", big.buffer), "x.npy")).toEqual(expected);
    const columns = Float64Array.from([0, 3, 1, 4, 2, 5], (i) => six[i]!).buffer;
    expect(decodeNpy(npy("'<f8'", "(2, 3)", columns, { fortran: true }), "x.npy")).toEqual(expected);
  });

  it("reads every width of numbers, and bytes that begin anywhere in a buffer", () => {
    const cases: readonly [string, ArrayBuffer, readonly number[]][] = [
      ["'<f4'", Float32Array.of(0.1, 2).buffer, [Math.fround(0.1), 2]],
      ["'|i1'", Int8Array.of(-3, 4).buffer, [-3, 4]],
      ["'|u1'", Uint8Array.of(200, 4).buffer, [200, 4]],
      ["'|b1'", Uint8Array.of(1, 0).buffer, [1, 0]],
      ["'<i2'", Int16Array.of(-300, 4).buffer, [-300, 4]],
      ["'<u4'", Uint32Array.of(4e9, 4).buffer, [4e9, 4]],
      ["'<i8'", BigInt64Array.of(-5n, 6n).buffer, [-5, 6]],
    ];
    for (const [descr, numbers, values] of cases) {
      const bytes = npy(descr, "(2,)", numbers);
      const shifted = new Uint8Array(bytes.length + 3);
      shifted.set(bytes, 3);
      expect(decodeNpy(shifted.subarray(3), "x.npy")).toEqual(tensor(Float64Array.from(values), [2]));
    }
  });

  it.each([
    ["'<c16'", "(1, 1)", 16, "x.npy: the NumPy array holds <c16, not real numbers; save it with x.astype(float)"],
    ["'|O'", "(1, 1)", 16, "holds |O, not real numbers"],
    ["[('a', '<f8')]", "(1,)", 8, "holds records or objects"],
    ["'<f8'", "(2, 3)", 40, "x.npy: the NumPy array of shape (2, 3) is cut off"],
  ])("refuses %s of shape %s in %i bytes", (descr, shape, size, message) => {
    expect(() => decodeNpy(npy(descr, shape, new ArrayBuffer(size)), "x.npy")).toThrow(message);
  });

  it("knows its own by the first bytes", () => {
    expect(isNpy(npy("'<f8'", "(1,)", new ArrayBuffer(8)))).toBe(true);
    expect(isNpy(new TextEncoder().encode("NUMPY,a\n1,2\n"))).toBe(false);
    expect(() => decodeNpy(npy("'<f8'", "(1,)", new ArrayBuffer(8)).subarray(0, 9), "x.npy")).toThrow("cut off");
  });
});
