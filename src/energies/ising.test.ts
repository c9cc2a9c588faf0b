import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { statesOf } from "../metrics/log-z/enumeration.js";
import { normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import { constant } from "../ops/leaf.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import type { Energy } from "./energy.js";
import { ising } from "./ising.js";
import { latticeLogZ } from "./lattice-log-z.js";

const valuesOf = async (energy: Energy, x: FloatTensor, params?: Float64Array): Promise<number[]> =>
  numbers((await evaluate({ e: energy(constant(x), params && constant(tensor(params))) })).e);

/** log Z by a sum over all states, of an energy that is not the library's expression. */
function enumerated(height: number, width: number, periodic: boolean, coupling: number, field: number): number {
  const sites = height * width;
  const logs = Float64Array.from({ length: 2 ** sites }, (_, state) => {
    const spin = (r: number, c: number): number => 2 * ((state >> (r * width + c)) & 1) - 1;
    let log = 0;
    for (let r = 0; r < height; r++)
      for (let c = 0; c < width; c++) {
        log += field * spin(r, c);
        if (periodic || r + 1 < height) log += coupling * spin(r, c) * spin((r + 1) % height, c);
        if (periodic || c + 1 < width) log += coupling * spin(r, c) * spin(r, (c + 1) % width);
      }
    return log;
  });
  return normaliseLogWeights("enumerated", logs).logSum;
}

/**
 * Kaufman (1949): log Z of an `m` by `n` torus without field, in closed form. `cosh γ_r = cosh 2K coth 2K − cos(πr/n)`
 * and `γ₀ = 2K + log tanh K`.
 */
function kaufman(m: number, n: number, k: number): number {
  const gamma = (r: number): number =>
    r === 0
      ? 2 * k + Math.log(Math.tanh(k))
      : Math.acosh(Math.cosh(2 * k) / Math.tanh(2 * k) - Math.cos((Math.PI * r) / n));
  const product = (f: (x: number) => number, odd: number): number =>
    Array.from({ length: n }, (_, r) => 2 * f((m / 2) * gamma(2 * r + odd))).reduce((a, b) => a * b, 1);
  const sum = product(Math.cosh, 1) + product(Math.sinh, 1) + product(Math.cosh, 0) + product(Math.sinh, 0);
  return ((m * n) / 2) * Math.log(2 * Math.sinh(2 * k)) + Math.log(sum / 2);
}

const at = (event: readonly number[], options: Parameters<typeof ising>[0]): Energy => ising(options, { event });

describe("ising", () => {
  it("counts every bond once: all up, one down, and a checkerboard", async () => {
    const up = new Float64Array(16).fill(1);
    const one = up.map((v, i) => (i === 5 ? -v : v));
    const checkered = up.map((v, i) => ((Math.floor(i / 4) + i) % 2 ? -v : v));
    const x = tensor(Float64Array.of(...up, ...one, ...checkered), [3, 4, 4]);
    const [periodic, free] = [{ boundary: "periodic" }, { boundary: "free" }] as const;
    const own = { coupling: 0.5, field: 0.25 };
    // 32 bonds on the torus, 24 on the open lattice; an inner site has 4.
    expect(await valuesOf(at([4, 4], { ...own, ...periodic }), x)).toEqual([-16 - 4, -12 - 3.5, 16]);
    expect(await valuesOf(at([4, 4], { ...own, ...free }), x)).toEqual([-12 - 4, -8 - 3.5, 12]);
  });

  it("is what a sum written out gives, on every state of small lattices", async () => {
    const cases = [
      [[3, 3], "free"],
      [[1, 5], "free"],
      [[5, 1], "free"],
      [[1, 1], "free"],
      [[2, 4], "periodic"],
      [[4, 2], "periodic"],
    ] as const;
    for (const [event, boundary] of cases) {
      const energy = at(event, { coupling: 0.7, field: -0.2, boundary });
      const energies = await valuesOf(energy, statesOf(energy.support, event, 0, 2 ** (event[0] * event[1])));
      const logs = energies.map((e) => -e);
      const expected = enumerated(event[0], event[1], boundary === "periodic", 0.7, -0.2);
      expect(normaliseLogWeights("energies", logs).logSum).toBeCloseTo(expected, 12);
      expect(energy.exact!.logZ).toBeCloseTo(expected, 12);
    }
  });

  it.each([
    [0.3, 0],
    [0.44, 0.1],
    [-0.6, 0.3],
    [2, 0],
  ])("knows its log Z: J = %f, h = %f, against the sum over 2^16 states", (coupling, field) => {
    for (const boundary of ["free", "periodic"] as const)
      expect(at([4, 4], { coupling, field, boundary }).exact!.logZ).toBeCloseTo(
        enumerated(4, 4, boundary === "periodic", coupling, field),
        11,
      );
  });

  it("knows its log Z on a torus as Kaufman's formula has it, and the same whichever side is longer", () => {
    for (const [m, n] of [
      [4, 4],
      [6, 4],
      [4, 6],
      [8, 6],
      [2, 8],
    ] as const)
      for (const coupling of [0.1, 0.3, 0.44, 0.8])
        expect(at([m, n], { coupling }).exact!.logZ / kaufman(m, n, coupling)).toBeCloseTo(1, 12);
  });

  it("is at the transition within 1 % of Onsager's free energy, with the correction of a finite torus", () => {
    const critical = Math.log(1 + Math.SQRT2) / 2;
    const catalan = 0.915965594177219;
    const onsager = Math.LN2 / 2 + (2 * catalan) / Math.PI;
    // log Z per site exceeds the limit by 0.6399/n² on a square torus (Ferdinand & Fisher 1969).
    for (const n of [6, 8])
      expect((at([n, n], { coupling: critical }).exact!.logZ / n ** 2 - onsager) * n ** 2).toBeCloseTo(0.6399, 1);
  });

  it("knows log Z of a long strip and of strong couplings, where weights would overflow", () => {
    const strip = (length: number) => at([length, 4], { coupling: 1, boundary: "free" }).exact!.logZ;
    const perRow = strip(401) - strip(400);
    expect(strip(400) - strip(399)).toBeCloseTo(perRow, 9);
    // Two ground states and hardly anything else.
    expect(at([4, 4], { coupling: 100 }).exact!.logZ).toBeCloseTo(3200 + Math.LN2, 9);
    expect(at([4, 4], { coupling: -100 }).exact!.logZ).toBeCloseTo(3200 + Math.LN2, 9);
  });

  it("leaves log Z unknown where it is too wide, and where its numbers are learned", () => {
    expect(at([20, 20], { coupling: 0.3 }).exact).toBeUndefined();
    expect(at([4, 4], { coupling: 0.3, learn: true }).exact).toBeUndefined();
    const law = {
      site: [0, 0],
      bond: [
        [0.3, -0.3],
        [-0.3, 0.3],
      ],
      sides: [20, 20],
      boundary: "periodic",
    } as const;
    expect(() => latticeLogZ(law)).toThrow(InputError);
    expect(() => latticeLogZ(law)).toThrow("a periodic lattice of 20 by 20 with 2 states a site is too wide");
  });

  it("learns coupling and field when asked, from the numbers given", async () => {
    const [fixed, learned] = [{}, { learn: true }].map((learn) =>
      at([4, 4], { coupling: 0.5, field: -0.25, ...learn }),
    );
    const x = statesOf(fixed!.support, [4, 4], 3000, 50);
    expect(fixed!.layout.size).toBe(0);
    expect(learned!.layout.leaves.map((leaf) => leaf.name)).toEqual(["coupling", "field"]);
    const start = Float64Array.from(learned!.init(makeKey(0)));
    expect(await valuesOf(learned!, x, start)).toEqual(await valuesOf(fixed!, x));
    const doubled = await valuesOf(learned!, x, Float64Array.of(1, -0.5));
    expect(doubled).toEqual((await valuesOf(fixed!, x)).map((e) => 2 * e));
  });

  it("refuses what is no lattice, and odd rings", () => {
    expect(() => at([4], {})).toThrow(InputError);
    expect(() => at([4], {})).toThrow("energy ising: points are rows of 4 numbers; set option width");
    expect(() => at([4, 4, 2], {})).toThrow("energy ising: points are (height, width), got (4, 4, 2)");
    expect(() => at([4, 3], {})).toThrow("a periodic lattice needs even sides, got 4 by 3");
    expect(() => at([4, 3], { boundary: "free" })).not.toThrow();
    expect(() => at([4, 4], { coupling: Number.NaN })).toThrow(InputError);
  });
});
