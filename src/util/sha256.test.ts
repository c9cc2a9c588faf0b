import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sha256 } from "./sha256.js";
import { sha256 as inNode } from "./sha256.node.js";

// FIPS 180-4, examples of one block and of two.
test.each([
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
])("%j", (text, digest) => {
  expect(sha256(text)).toBe(digest);
});

test("is that of Node, of parts one after another, texts as UTF-8 and arrays as their bytes", () => {
  const numbers = Float32Array.from({ length: 1001 }, (_, i) => Math.sin(i));
  const part = numbers.subarray(3, 900);
  const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  const known = createHash("sha256").update("Zürich ∫ 🂡").update(bytes).update("\ud800").digest("hex");
  expect(sha256("Zürich ∫ 🂡", part, "\ud800")).toBe(known);
  expect(sha256("Zürich ∫ 🂡", numbers.subarray(3, 901), "\ud800")).not.toBe(known);
});

test("is the same in Node and in a browser", () => {
  const parts = ["text, ü", Float64Array.of(1, Number.NaN, -0), new Uint8Array(1000).fill(7).subarray(3, 900)];
  expect(inNode(...parts)).toBe(sha256(...parts));
  expect(inNode()).toBe(sha256());
});
