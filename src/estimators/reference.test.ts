import { describe, expect, it } from "vitest";
import { chiSquareScore, normalCdf } from "../../test/support/goodness.js";
import { equipped, shiftedGaussian, spins } from "../../test/support/log-z-models.js";
import { drawErrors } from "../../test/support/statistics.js";
import { makeEnergy } from "../energies/energy.js";
import { sum } from "../ops/shape.js";
import { fold, makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { referenceFor } from "./reference.js";

const key = makeKey(63);
const gaussian = equipped(shiftedGaussian(2), key);
const { energy } = gaussian;

describe("the reference beside a model", () => {
  it("is its flow, whose draws have the density it gives them", async () => {
    const { reference, chains } = referenceFor(gaussian);
    expect(reference).toMatchObject({ kind: "flow", about: "the flow" });
    expect(chains).toBe(gaussian.chains);
    const { x, logProb } = await reference.draw(key, 100);
    const again = await reference.logProb(x);
    for (let i = 0; i < 100; i++) expect(Math.abs(again[i]! - logProb[i]!)).toBeLessThan(1e-5);
  });

  it("without a flow is a Gaussian half as wide again as the rows", async () => {
    const rows = tensor(Float64Array.of(0, 10, 2, 30), [2, 2]);
    const { reference, chains } = referenceFor({ energy, rows, chains: gaussian.chains });
    expect(chains).toBe(gaussian.chains);
    const { x, logProb } = await reference.draw(key, 4000);
    // Means 1 and 20, standard deviations 1 and 10.
    for (const [j, mean, sd] of [
      [0, 1, 1.5],
      [1, 20, 15],
    ] as const) {
      const column = Array.from({ length: 4000 }, (_, i) => x.data[2 * i + j]!);
      const law = { mean, variance: sd * sd, cdf: (v: number) => normalCdf((v - mean) / sd) };
      expect(drawErrors(`coordinate ${j}`, column, law)).toEqual([]);
    }
    const z = ((x.data[0]! - 1) / 1.5) ** 2 + ((x.data[1]! - 20) / 15) ** 2;
    expect(logProb[0]).toBeCloseTo(-z / 2 - Math.log(2 * Math.PI * 1.5 * 15), 4);
  });

  it("without rows is fitted to the first half of the chains, and leaves the second to be used", () => {
    const { reference, chains } = referenceFor({ energy, chains: gaussian.chains });
    expect(reference.kind).toBe("gaussian");
    expect(chains!.shape).toEqual([8, 75, 2]);
    // The last draw of the first chain, and the first of the second half of the second.
    expect(chains!.data[2 * 74]).toBe(gaussian.chains!.data[2 * 149]);
    expect(chains!.data[2 * 75]).toBe(gaussian.chains!.data[2 * (150 + 75)]);
  });

  it("without anything is N(0, 1.5²)", async () => {
    const { reference } = referenceFor({ energy });
    const [origin] = await reference.logProb(tensor(Float32Array.of(0, 0), [1, 2]));
    expect(origin).toBeCloseTo(-Math.log(2 * Math.PI * 2.25), 5);
  });

  it("of spins or colours is uniform", async () => {
    const { reference } = referenceFor(equipped(await spins(), key));
    const { x, logProb } = await reference.draw(key, 2000);
    expect(x.shape).toEqual([2000, 3, 3]);
    expect(logProb[7]).toBeCloseTo(-9 * Math.LN2, 12);
    const counts = [x.data.filter((v) => v === -1).length, x.data.filter((v) => v === 1).length];
    // False alarm 3e-6.
    expect(chiSquareScore(counts, [0.5, 0.5])).toBeLessThan(4.5);
    const colours = makeEnergy({
      event: [2, 3],
      energy: (s) => sum(s, [1, 2]),
      support: { kind: "categorical", categories: 3 },
    });
    const drawn = await referenceFor({ energy: colours }).reference.draw(fold(key, "colours"), 900);
    expect(drawn.logProb[0]).toBeCloseTo(-2 * Math.log(3), 12);
    const states = new Float64Array(9);
    for (let i = 0; i < 900; i++) {
      const site = (k: number): number => drawn.x.data.slice(6 * i + 3 * k, 6 * i + 3 * k + 3).indexOf(1);
      states[3 * site(0) + site(1)]!++;
    }
    expect(chiSquareScore(states, Array(9).fill(1 / 9))).toBeLessThan(4.5);
  });
});
