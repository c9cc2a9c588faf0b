import { describe, expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { flatten, misshapen, mixingNote, spaced } from "./chain-draws.js";

// Chain c, draw i, coordinate k is 100 c + 10 i + k.
const chains = tensor(
  Float32Array.from({ length: 3 * 5 * 2 }, (_, n) => 100 * Math.floor(n / 10) + 10 * (Math.floor(n / 2) % 5) + (n % 2)),
  [3, 5, 2],
);

describe("draws of chains", () => {
  it("are spaced evenly, as many of each chain, the last one among them", () => {
    const six = spaced(chains, 6);
    expect(six.shape).toEqual([3, 2, 2]);
    expect(Array.from(six.data)).toEqual([20, 21, 40, 41, 120, 121, 140, 141, 220, 221, 240, 241]);
    expect(spaced(chains, 100)).toEqual(chains);
    // Fewer than there are chains: the last draw of the first ones.
    expect(Array.from(spaced(chains, 2).data)).toEqual([40, 41, 140, 141]);
    expect(flatten(six).shape).toEqual([6, 2]);
  });

  it("are noted where chains have not mixed, in any coordinate", () => {
    const z = normal(makeKey(3), [4, 200, 2]);
    expect(mixingNote(z)).toBeNull();
    const apart = tensor(
      z.data.map((v, i) => v + (i % 2 === 1 ? 2 * Math.floor(i / 400) : 0)),
      z.shape,
    );
    expect(mixingNote(apart)).toMatch(/^the chains have not mixed \(R-hat \d\.\d\d\)/);
    // A coordinate that is the same everywhere says nothing.
    const still = tensor(
      z.data.map((v, i) => (i % 2 === 1 ? 1 : v)),
      z.shape,
    );
    expect(mixingNote(still)).toBeNull();
  });

  it("have the shape of the model's points", () => {
    expect(misshapen(chains, [2])).toBeNull();
    expect(misshapen(chains, [3])).toMatch(/expected \(chains, draws, 3\)/);
    expect(misshapen(tensor(new Float32Array(0), [3, 0, 2]), [2])).toMatch(/\(3, 0, 2\)/);
  });
});
