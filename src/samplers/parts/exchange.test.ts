import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { constant } from "../../ops/leaf.js";
import { uniform } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { tensor } from "../../util/tensor.js";
import { exchange } from "./exchange.js";

const of = (values: readonly number[], shape: readonly number[] = [values.length]) =>
  constant(tensor(Float64Array.from(values), shape));

/** Four levels of `logRatio[0].length` chains; each replica is a point of two numbers that say where it was. */
async function traded(logRatio: readonly number[][], u: number, parity: readonly number[]) {
  const [pairs, chains] = [logRatio.length, logRatio[0]!.length];
  const levels = pairs + 1;
  const places = Array.from({ length: levels * chains * 2 }, (_, i) => (i % 2 ? -1 : 1) * (1 + Math.floor(i / 2)));
  const { replicas, acceptance } = exchange(
    of(logRatio.flat(), [pairs, chains]),
    of(Array(pairs * chains).fill(u), [pairs, chains]),
    of(parity),
    {
      point: of(places, [levels, chains, 2]),
      label: of(
        places.filter((_, i) => i % 2 === 0),
        [levels, chains],
      ),
    },
  );
  const { point, label, probability } = await evaluate({ ...replicas, probability: acceptance });
  expect(numbers(point!)).toEqual(numbers(label!).flatMap((v) => [v, -v]));
  return { from: numbers(label!).map((v) => Math.floor((v - 1) / chains)), probability: numbers(probability!) };
}

describe("exchange", () => {
  it("tries pairs of one parity only, and everything of a replica moves with it", async () => {
    // Two chains that would accept every pair: one of each parity; labels count levels.
    const { from } = await traded(
      [
        [9, 9],
        [9, 9],
        [9, 9],
      ],
      0.5,
      [0, 1],
    );
    const chain = (c: number) => from.filter((_, i) => i % 2 === c);
    expect(chain(0)).toEqual([1, 0, 3, 2]);
    expect(chain(1)).toEqual([0, 2, 1, 3]);
  });

  it("trades with probability min(1, eʳ), decides each pair by itself, and reports all", async () => {
    const r = [Math.log(0.3), 5, Math.log(0.7)];
    const { from, probability } = await traded(
      r.map((v) => [v]),
      0.5,
      [0],
    );
    expect(from).toEqual([0, 1, 3, 2]);
    [0.3, 1, 0.7].forEach((p, i) => {
      expect(probability[i]).toBeCloseTo(p, 12);
    });
    // Just below and just above the probability.
    expect(
      (
        await traded(
          r.map((v) => [v]),
          0.299,
          [0],
        )
      ).from,
    ).toEqual([1, 0, 3, 2]);
    expect(
      (
        await traded(
          r.map((v) => [v]),
          0.301,
          [0],
        )
      ).from,
    ).toEqual([0, 1, 3, 2]);
  });

  it("never trades on a log-ratio of −∞ or NaN, and always on +∞", async () => {
    const { from, probability } = await traded([[Number.NaN], [0], [Number.NEGATIVE_INFINITY]], 1e-12, [0]);
    expect(from).toEqual([0, 1, 2, 3]);
    expect(probability).toEqual([0, 1, 0]);
    expect((await traded([[Number.POSITIVE_INFINITY], [0], [0]], 1 - 1e-12, [0])).from).toEqual([1, 0, 3, 2]);
  });

  it("only permutes", async () => {
    const r = Array.from(uniform(makeKey(1), [3, 50], "float64").data, (v) => 4 * v - 3);
    const rows = [0, 1, 2].map((i) => r.slice(50 * i, 50 * i + 50));
    const { from } = await traded(
      rows,
      0.5,
      Array.from({ length: 50 }, (_, c) => c % 2),
    );
    for (let c = 0; c < 50; c++) expect([0, 1, 2, 3].map((l) => from[50 * l + c]!).sort()).toEqual([0, 1, 2, 3]);
  });
});
