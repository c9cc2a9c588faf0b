import { expect, it } from "vitest";
import { attributeProto, message, tensorProto } from "./proto.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

it("encodes the known examples of the wire format", () => {
  // protobuf.dev, "Encoding": 150 in field 1, "testing" in field 2, a message that holds the first in field 3.
  expect(hex(message([[1, 150]]))).toBe("089601");
  expect(hex(message([[2, "testing"]]))).toBe("120774657374696e67");
  expect(hex(message([[3, message([[1, 150]])]]))).toBe("1a03089601");
});

it("encodes negative, large and floating-point numbers", () => {
  // Two's complement in 64 bits, seven at a time: ten bytes.
  expect(hex(message([[1, -1]]))).toBe("08ffffffffffffffffff01");
  expect(hex(message([[1, 2n ** 62n]]))).toBe("08808080808080808040");
  expect(hex(message([[16, 0]]))).toBe("800100");
  // 1.0 in single precision is 3f800000, little-endian; field 2 with wire type 5 is 15.
  expect(hex(message([[2, { f32: 1 }]]))).toBe("150000803f");
  expect(hex(attributeProto("a", { float: 1 }))).toBe("0a0161150000803fa00101");
  expect(hex(message([]))).toBe("");
});

it("writes the bytes of a view, not of the array behind it", () => {
  const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  // dims 2, type 1, name "t", raw data 2.0 and 3.0.
  expect(hex(tensorProto("t", { dtype: "float32", shape: [2], data }))).toBe("08021001420174" + "4a080000004000004040");
});
