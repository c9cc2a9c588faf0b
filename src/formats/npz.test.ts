import { expect, it } from "vitest";
import { npy, type ZipFile, zip } from "../../test/support/npz.js";
import { decodeNpz } from "./npz.js";

const X: ZipFile = { name: "X.npy", bytes: npy("(2, 3)", [1, 4, 2, 5, 3, 6], true) };
const y: ZipFile = { name: "y.npy", bytes: npy("(2,)", [0, 1]), stored: true };

it("reads arrays that are stored or deflated, in either order of axes, beside other files and before a comment", async () => {
  const arrays = await decodeNpz(zip([X, { name: "notes.txt", bytes: Uint8Array.of(1) }, y], "a comment"), "a.npz");
  expect(Object.keys(arrays)).toEqual(["X", "y"]);
  expect([[...arrays.X!.data], arrays.X!.shape]).toEqual([
    [1, 2, 3, 4, 5, 6],
    [2, 3],
  ]);
  expect([...arrays.y!.data]).toEqual([0, 1]);
});

it("reads sizes that stand in a zip64 field, and bytes that begin anywhere in a buffer", async () => {
  const bytes = zip([{ ...X, wide: true }]);
  const moved = new Uint8Array(bytes.length + 5);
  moved.set(bytes, 5);
  expect([...(await decodeNpz(moved.subarray(5), "a.npz")).X!.data]).toEqual([1, 2, 3, 4, 5, 6]);
});

it("finds every byte that is changed or missing in the arrays and their directory", async () => {
  const bytes = zip([X, y]);
  const broken = /a\.npz.*(cut off or damaged|no archive|no NumPy array|NumPy array)/;
  for (let end = 4; end < bytes.length; end += 7)
    await expect(decodeNpz(bytes.subarray(0, end), "a.npz"), `${end} bytes`).rejects.toThrow(broken);
  for (let at = 40; at < 90; at++) {
    const changed = Uint8Array.from(bytes, (v, i) => (i === at ? v ^ 0x55 : v));
    await expect(decodeNpz(changed, "a.npz"), `byte ${at}`).rejects.toThrow(broken);
  }
});

it("says what is none", async () => {
  await expect(decodeNpz(npy("(2,)", [0, 1]), "a.npy")).rejects.toThrow("a.npy is no archive of NumPy arrays");
  await expect(decodeNpz(zip([{ name: "a.txt", bytes: Uint8Array.of(1) }]), "a.zip")).rejects.toThrow(
    "holds no NumPy array",
  );
});
