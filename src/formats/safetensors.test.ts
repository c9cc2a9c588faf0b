import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InputError, ShapeError } from "../util/errors.js";
import { sizeOf, type Tensor, tensor } from "../util/tensor.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

const golden = (name: string): Uint8Array => readFileSync(new URL(`../../test/golden/${name}`, import.meta.url));

const tensors: Record<string, Tensor> = {
  mask: tensor(new Uint8Array([1, 0, 1])),
  "weights/ä": tensor(new Float32Array([1.5, -2.25, 3e38, Infinity, -0, 1e-45]), [2, 3]),
  scale: tensor(new Float64Array([0.1]), []),
  count: tensor(new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n])),
  empty: tensor(new Float32Array(0), [0, 4]),
};
const metadata = { format: "golden", note: 'ü "quoted" \\ \n' };

/** A file with this header text, whatever it says. */
function file(header: string | Uint8Array, data = 0): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const out = new Uint8Array(8 + text.length + data);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  return out;
}

const entry = (shape: unknown, begin: unknown, end: unknown, dtype: unknown = "F32"): string =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

describe("safetensors", () => {
  it("gives back what was written: names in order, dtypes, shapes, bits, metadata", () => {
    const read = decodeSafetensors(encodeSafetensors(tensors, metadata));
    expect(Object.keys(read.tensors)).toEqual(Object.keys(tensors));
    expect(read.tensors).toEqual(tensors);
    expect(read.metadata).toEqual(metadata);
    expect(Object.keys(decodeSafetensors(encodeSafetensors({})).tensors)).toEqual([]);
  });

  // test/golden/safetensors-oracle.py made the first file, and reads the second with the reference implementation.
  it("reads the file of the reference implementation", () => {
    const read = decodeSafetensors(golden("safetensors-python.safetensors"));
    expect(read.tensors).toEqual(tensors);
    expect(read.metadata).toEqual(metadata);
  });

  it("writes the bytes that the reference implementation was seen to read", () => {
    expect(encodeSafetensors(tensors, metadata)).toEqual(new Uint8Array(golden("safetensors-ebbflow.safetensors")));
  });

  it("aligns data so that arrays are views, and copies where the bytes are not aligned", () => {
    const bytes = encodeSafetensors(tensors);
    for (const { data } of Object.values(decodeSafetensors(bytes).tensors)) expect(data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1).subarray(1);
    shifted.set(bytes);
    const read = decodeSafetensors(shifted).tensors;
    expect(read).toEqual(tensors);
    expect(read.scale!.data.buffer).not.toBe(shifted.buffer);
  });

  it("writes the elements of a view only", () => {
    const view = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    expect([...decodeSafetensors(encodeSafetensors({ view: tensor(view) })).tensors.view!.data]).toEqual([1, 2]);
  });

  it("keeps hostile names as names", () => {
    const hostile: Record<string, Tensor> = Object.create(null);
    for (const name of ["__proto__", "constructor", ""]) hostile[name] = tensor(new Float32Array([7]));
    const meta: Record<string, string> = Object.create(null);
    Object.defineProperty(meta, "__proto__", { value: "x", enumerable: true });
    const read = decodeSafetensors(encodeSafetensors(hostile, meta));
    expect(Object.keys(read.tensors)).toEqual(["__proto__", "constructor", ""]);
    expect(Object.keys(read.metadata)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(read.tensors)).toBe(null);
    expect(({} as Record<string, unknown>).dtype).toBe(undefined);
  });

  it("refuses to write what could not be read back", () => {
    expect(() => encodeSafetensors({ __metadata__: tensors.mask! })).toThrow(InputError);
    expect(() => encodeSafetensors({ b: tensor(new Uint8Array([2])) })).toThrow(InputError);
    expect(() => encodeSafetensors({ w: { dtype: "float32", shape: [3], data: new Float32Array(2) } })).toThrow(
      ShapeError,
    );
    expect(() => encodeSafetensors({ w: { dtype: "float32", shape: [2], data: new Float64Array(2) } })).toThrow(
      ShapeError,
    );
    expect(() => encodeSafetensors({ w: { dtype: "float32", shape: [-1, -2], data: new Float32Array(2) } })).toThrow(
      ShapeError,
    );
  });
});

describe("a broken safetensors file", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const cases: [string, Uint8Array, RegExp][] = [
    ["nothing", new Uint8Array(0), /length: the file is cut short: 0 bytes/],
    ["seven bytes", new Uint8Array(7), /cut short/],
    ["text", new TextEncoder().encode("step,energy\n1,2\n"), /length: .* not a safetensors file/],
    ["a header above the cap", file("{}").map((b, i) => (i === 3 ? 255 : b)), /above the cap of 100000000/],
    ["a header past the end", file(`{${" ".repeat(20)}`).subarray(0, 20), /should end at byte 29, the file ends at 20/],
    ["an empty header", file(""), /header: it does not start with \{/],
    ["a header that opens with a space", file(" {}"), /header: it does not start/],
    ["a header that is a list", file("[]"), /header: it does not start/],
    ["a header that is no UTF-8", file(new Uint8Array([0x7b, 0xff, 0x7d])), /header: it is not UTF-8/],
    ["a header that is no JSON", file("{'a':1}"), /header: it is not JSON/],
    ["a name twice", file(`{"a":${entry([1], 0, 4)},"\\u0061":${entry([1], 4, 8)}}`, 8), /the key "a" appears twice/],
    ["a field twice", file('{"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}}'), /"dtype" appears/],
    ["metadata that is a list", file('{"__metadata__":[]}'), /metadata: it is not an object/],
    ["metadata that is a number", file('{"__metadata__":{"a":1}}'), /metadata: a value is not a string/],
    ["an entry that is a number", file('{"a":1}'), /tensor "a": its entry is not an object/],
    ["an entry that is null", file('{"a":null}'), /tensor "a": its entry/],
    [
      "an unknown field",
      file('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"x":1}}'),
      /tensor "a": it has a field/,
    ],
    [
      "an unknown dtype",
      file(`{"a":${entry([1], 0, 2, "BF16")}}`, 2),
      /its dtype is BF16; supported are F32, F64, I64, BOOL/,
    ],
    ["no dtype", file('{"a":{"shape":[0],"data_offsets":[0,0]}}'), /its dtype is not a string/],
    ["a nest of lists as dtype", file(`{"a":{"dtype":${deep},"shape":[0],"data_offsets":[0,0]}}`), /not a string/],
    ["a nest of lists as shape", file(`{"a":{"dtype":"F32","shape":${deep},"data_offsets":[0,0]}}`), /its shape/],
    ["no shape", file('{"a":{"dtype":"F32","data_offsets":[0,0]}}'), /its shape is not a list/],
    ["a negative dimension", file(`{"a":${entry([-1, -1], 0, 4)}}`, 4), /its shape is not a list of whole numbers/],
    ["half a dimension", file(`{"a":${entry([0.5, 2], 0, 4)}}`, 4), /its shape/],
    ["an unsafe dimension", file('{"a":{"dtype":"F32","shape":[9007199254740992],"data_offsets":[0,0]}}'), /its shape/],
    ["sizes whose product overflows", file(`{"a":${entry(Array(30).fill(2 ** 52), 0, 0)}}`), /takes Infinity bytes/],
    ["infinity times zero", file(`{"a":${entry([...Array(30).fill(2 ** 52), 0], 0, 0)}}`), /takes NaN bytes/],
    ["one offset", file('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0]}}'), /data_offsets are not two/],
    ["a negative offset", file(`{"a":${entry([1], -4, 0)}}`), /data_offsets are not two/],
    ["offsets that go back", file(`{"a":${entry([1], 4, 0)}}`, 4), /takes 4 bytes, its data_offsets span -4/],
    ["a shape that is too small", file(`{"a":${entry([1], 0, 8)}}`, 8), /F32 of shape \(1\) takes 4 bytes/],
    [
      "an overlap",
      file(`{"a":${entry([2], 0, 8)},"b":${entry([1], 4, 8)}}`, 8),
      /tensor "b": .* inside another tensor/,
    ],
    [
      "a hole",
      file(`{"a":${entry([1], 0, 4)},"b":${entry([1], 8, 12)}}`, 12),
      /tensor "b": .* after a hole; expected 4/,
    ],
    ["a hole at the start", file(`{"a":${entry([1], 4, 8)}}`, 8), /after a hole; expected 0/],
    ["too few data", file(`{"a":${entry([2], 0, 8)}}`, 7), /data: the file is cut short: .* take 8 bytes, 7 are there/],
    ["too many data", file(`{"a":${entry([2], 0, 8)}}`, 9), /data: 1 bytes at the end belong to no tensor/],
    [
      "a bool of 2",
      file(`{"a":${entry([1], 0, 1, "BOOL")}}`, 1).map((b, i, all) => (i === all.length - 1 ? 2 : b)),
      /BOOL/,
    ],
  ];

  it.each(cases)("%s is refused with its reason", (_, bytes, reason) => {
    expect(() => decodeSafetensors(bytes)).toThrow(InputError);
    expect(() => decodeSafetensors(bytes)).toThrow(reason);
  });

  it("refuses a hostile name in one short line", () => {
    try {
      decodeSafetensors(file(`{"${"x\\n".repeat(100_000)}":1}`));
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(300);
      expect((error as Error).message).not.toContain("\n");
    }
  });

  it("accepts offsets in another order than the names, and a header that is not padded", () => {
    const bytes = file(`{"b":${entry([1], 4, 8)},"a":${entry([1], 0, 4)}}`, 8);
    expect(Object.keys(decodeSafetensors(bytes).tensors)).toEqual(["b", "a"]);
  });
});

describe("2000 mutations of a valid file", () => {
  const valid = encodeSafetensors(tensors, metadata);
  // A linear congruential generator (Numerical Recipes): the mutations are the same in every run.
  let state = 12345;
  const below = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const mutate = (): Uint8Array => {
    const bytes = valid.slice(0, below(4) === 0 ? below(valid.length + 1) : valid.length);
    // Half of the flips hit the length and header, where the decisions are.
    const headerEnd = 8 + Number(new DataView(valid.buffer).getBigUint64(0, true));
    for (let flips = below(4); flips > 0 && bytes.length > 0; flips--) {
      const at = below(below(2) === 0 ? Math.min(headerEnd, bytes.length) : bytes.length);
      bytes[at] = bytes[at]! ^ (1 << below(8));
    }
    return bytes;
  };

  it("are refused by an InputError or read as tensors that fill their shapes", () => {
    const outcomes = { refused: 0, read: 0 };
    for (let i = 0; i < 2000; i++) {
      try {
        const read = decodeSafetensors(mutate());
        for (const t of Object.values(read.tensors)) expect(t.data.length).toBe(sizeOf(t.shape));
        outcomes.read += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        outcomes.refused += 1;
      }
    }
    // Both happen, so neither branch is empty.
    expect(outcomes.refused).toBeGreaterThan(500);
    expect(outcomes.read).toBeGreaterThan(100);
  });
});
