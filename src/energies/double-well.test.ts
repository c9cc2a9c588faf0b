import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { gaussLegendre } from "../data/quadrature.js";
import { constant } from "../ops/leaf.js";
import { evaluate } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { doubleWell } from "./double-well.js";

/** `log ∫ exp(−E)` of one coordinate by Gauss–Legendre on pieces, from the energy itself. */
async function integrated(options: object, end: number): Promise<number> {
  const energy = doubleWell(options, { event: [1] });
  const pieces = Array.from({ length: 64 }, (_, i) => gaussLegendre(24, end * (i / 32 - 1), end * ((i + 1) / 32 - 1)));
  const x = Float64Array.from(pieces.flatMap(({ nodes }) => [...nodes]));
  const weights = pieces.flatMap((p) => [...p.weights]);
  const { e } = await evaluate({ e: energy(constant(tensor(x, [x.length, 1]))) });
  const lowest = Math.min(...numbers(e));
  return Math.log(numbers(e).reduce((s, v, i) => s + weights[i]! * Math.exp(lowest - v), 0)) - lowest;
}

it("has the values of its formula: 0 at the wells, h on the barrier, tilted, and a parabola across", async () => {
  const energy = doubleWell({ barrier: 7, position: 2, tilt: 0.5 }, { event: [2] });
  const points = [2, 0, -2, 0, 0, 0, 0, 3, 4, -1];
  const { e } = await evaluate({ e: energy(constant(tensor(Float64Array.from(points), [5, 2]))) });
  const expected = [1, -1, 7, 7 + 4.5, 7 * 9 + 2 + 0.5];
  for (const [i, v] of expected.entries()) expect(numbers(e)[i]).toBeCloseTo(v, 12);
});

describe("log Z", () => {
  it.each([
    [{}, 4],
    [{ barrier: 0.5 }, 5],
    [{ barrier: 60, position: 3 }, 6],
    [{ barrier: 4, position: 2, tilt: 1.5 }, 8],
    [{ barrier: 0.1, tilt: -30 }, 12],
  ])("of %j is what another rule integrates", async (options, end) => {
    const { logZ } = doubleWell(options, { event: [1] }).exact!;
    expect(Math.abs(logZ - (await integrated(options, end)))).toBeLessThan(1e-12 * Math.max(1, Math.abs(logZ)));
  });

  it("of a high barrier is that of two parabolas, of second derivative 8h/a²", () => {
    const [barrier, position] = [1000, 3];
    const { logZ } = doubleWell({ barrier, position }, { event: [1] }).exact!;
    // The next term of Laplace's expansion is of order 1/h.
    expect(Math.abs(logZ - Math.log(2 * Math.sqrt((2 * Math.PI * position ** 2) / (8 * barrier))))).toBeLessThan(
      1 / barrier,
    );
  });

  it("gains log √2π with each further coordinate", () => {
    const [one, three] = [1, 3].map((d) => doubleWell({}, { event: [d] }).exact!.logZ) as [number, number];
    expect(three - one).toBeCloseTo(Math.log(2 * Math.PI), 13);
  });
});

it("refuses a barrier that is none", () => {
  for (const wrong of [{ barrier: 0 }, { barrier: Number.NaN }, { position: -1 }])
    expect(() => doubleWell(wrong, { event: [1] })).toThrow(InputError);
});
