import { describe, expect, it } from "vitest";
import type { Support } from "../../energies/support.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import type { FloatArray, FloatTensor } from "../../util/tensor.js";
import { countStates, enumeration, statesOf } from "./enumeration.js";

const bits: Support = { kind: "binary", values: [0, 1] };
const spins: Support = { kind: "binary", values: [-1, 1] };
const thirds: Support = { kind: "categorical", categories: 3 };

/** A function of one state as a function of many. */
const statewise =
  (f: (state: FloatArray) => number) =>
  ({ data, shape: [n] }: FloatTensor): Promise<Float64Array> => {
    const d = data.length / n!;
    return Promise.resolve(Float64Array.from({ length: n! }, (_, i) => f(data.subarray(i * d, (i + 1) * d))));
  };

describe("states", () => {
  it("are all there, once, the last site fastest", () => {
    expect(Array.from(statesOf(spins, [2], 0, 4).data)).toEqual([-1, -1, -1, 1, 1, -1, 1, 1]);
    expect(Array.from(statesOf(thirds, [2, 3], 1, 1).data)).toEqual([1, 0, 0, 0, 1, 0]);
    expect(statesOf(thirds, [2, 3], 3, 6).shape).toEqual([6, 2, 3]);
    const all = statesOf(thirds, [2, 3], 0, 9);
    const rows = Array.from({ length: 9 }, (_, i) => all.data.slice(6 * i, 6 * i + 6).join(""));
    expect(new Set(rows).size).toBe(9);
    expect(countStates(thirds, [2, 3])).toBe(9);
    expect(countStates(bits, [5])).toBe(32);
    expect(countStates({ kind: "real" }, [5])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("enumeration", () => {
  it("is the sum by hand of three Ising spins in a ring: 2 e^{3J} + 6 e^{−J}", async () => {
    const J = 0.7;
    const { logZ, states } = await enumeration(
      statewise(([a, b, c]: FloatArray) => J * (a! * b! + b! * c! + c! * a!)),
      { support: spins, event: [3] },
    );
    expect(states).toBe(8);
    expect(logZ).toBeCloseTo(Math.log(2 * Math.exp(3 * J) + 6 * Math.exp(-J)), 13);
  });

  it("is Π (1 + e^b) for independent bits, over many chunks and far from zero", async () => {
    const b = Array.from({ length: 16 }, (_, i) => Math.sin(3 * i));
    const { logZ } = await enumeration(
      statewise((s) => b.reduce((sum, v, i) => sum + v * s[i]!, 900)),
      { support: bits, event: [16] },
    );
    expect(logZ - 900).toBeCloseTo(
      b.reduce((s, v) => s + Math.log1p(Math.exp(v)), 0),
      10,
    );
  });

  it("is the sum by hand of two Potts sites of three colours: 3 e^J + 6", async () => {
    const same = (s: FloatArray): number => s[0]! * s[3]! + s[1]! * s[4]! + s[2]! * s[5]!;
    const { logZ } = await enumeration(
      statewise((s) => 1.2 * same(s)),
      { support: thirds, event: [2, 3] },
    );
    expect(logZ).toBeCloseTo(Math.log(3 * Math.exp(1.2) + 6), 13);
  });

  it("leaves out states without density, and refuses real points, too many states, NaN and a short answer", async () => {
    const half = statewise((s) => (s[0] === 1 ? 0 : Number.NEGATIVE_INFINITY));
    expect((await enumeration(half, { support: bits, event: [4] })).logZ).toBeCloseTo(Math.log(8), 13);
    await expect(enumeration(half, { support: { kind: "real" }, event: [4] })).rejects.toThrow(InputError);
    await expect(enumeration(half, { support: bits, event: [23] })).rejects.toThrow(/8388608 states; at most 4194304/);
    await expect(
      enumeration(
        statewise(() => Number.NaN),
        { support: bits, event: [2] },
      ),
    ).rejects.toThrow(NumericError);
    await expect(enumeration(() => Promise.resolve([1]), { support: bits, event: [2] })).rejects.toThrow(ShapeError);
  });
});
