import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { enumeration, statesOf } from "../metrics/log-z/enumeration.js";
import { constant } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { InputError, ShapeError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { rbm } from "./rbm.js";
import { rbmLogZ, rbmMoments } from "./rbm-exact.js";

const key = makeKey(31);
const sizes = { visible: 7, hidden: 5 };
const count = 7 * 5 + 7 + 5;
const params = normal(fold(key, "params"), [count], "float64");
const energy = rbm({ hiddenUnits: 5 }, { event: [7] });

/** The joint energy of visible and hidden units, in plain numbers. */
function jointEnergy(v: ArrayLike<number>, h: ArrayLike<number>): number {
  const p = params.data;
  let e = 0;
  for (let i = 0; i < 7; i++) {
    e -= p[35 + i]! * v[i]!;
    for (let j = 0; j < 5; j++) e -= v[i]! * p[5 * i + j]! * h[j]!;
  }
  for (let j = 0; j < 5; j++) e -= p[42 + j]! * h[j]!;
  return e;
}

const bits = (state: number, n: number): number[] => Array.from({ length: n }, (_, i) => (state >> i) & 1);

/** `[v, h, exp(−E(v, h))]` of all joint states. */
const joint = Array.from({ length: 2 ** 12 }, (_, state) => {
  const [v, h] = [bits(state, 7), bits(state >> 7, 5)];
  return { v, h, weight: Math.exp(-jointEnergy(v, h)) };
});
const z = joint.reduce((s, { weight }) => s + weight, 0);

describe("rbm", () => {
  it("is minus the logarithm of the joint weights summed over the hidden units", async () => {
    const x = statesOf(energy.support, [7], 0, 128);
    const e = numbers((await evaluate({ e: energy(constant(x), constant(params)) })).e);
    for (const [i, value] of e.entries()) {
      const own = x.data.slice(7 * i, 7 * i + 7).join();
      const weight = joint.reduce((s, { v, weight }) => (v.join() === own ? s + weight : s), 0);
      expect(value).toBeCloseTo(-Math.log(weight), 12);
    }
  });

  it("has hidden units that are summed out of the joint law at β", async () => {
    const beta = 0.3;
    const x = statesOf(energy.support, [7], 90, 3);
    const e = numbers((await evaluate({ e: energy.blocks!.tempered(constant(x), constant(params), beta) })).e);
    for (const [i, value] of e.entries()) {
      const own = x.data.slice(7 * i, 7 * i + 7).join();
      const weight = joint.reduce((s, { v, weight: w }) => (v.join() === own ? s + w ** beta : s), 0);
      expect(value).toBeCloseTo(-Math.log(weight), 12);
    }
  });

  it("starts with small weights, and at the base rates of the data, finite where a unit never changes", () => {
    const rows = tensor(Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0, 0), [3, 3]);
    const machine = rbm({ hiddenUnits: 2000, weightScale: 0.1 }, { event: [3] });
    const start = machine.init(key, rows);
    const weights = Array.from(start.slice(0, 6000));
    // The mean square of 6000 normal weights is off by more than 8 % with chance 1e-5.
    expect(Math.abs(weights.reduce((s, w) => s + w * w, 0) / 6000 / 0.01 - 1)).toBeLessThan(0.08);
    for (const [i, ones] of [3.5, 0.5, 1.5].entries())
      expect(start[6000 + i]).toBeCloseTo(Math.log(ones / (4 - ones)), 6);
    expect(new Set(start.slice(6003))).toEqual(new Set([0]));
    expect([...machine.init(key).slice(6000)]).toEqual(new Array(2003).fill(0));
  });

  it("takes points of any shape, as rows of their numbers", async () => {
    const square = rbm({ hiddenUnits: 3 }, { event: [2, 2] });
    const flat = rbm({ hiddenUnits: 3 }, { event: [4] });
    const theta = constant(normal(key, [19], "float64"));
    const x = statesOf(square.support, [2, 2], 0, 16);
    const { a, b } = await evaluate({
      a: square(constant(x), theta),
      b: flat(constant(tensor(x.data, [16, 4])), theta),
    });
    expect(numbers(a)).toEqual(numbers(b));
  });
});

describe("rbmLogZ and rbmMoments", () => {
  it("give log Z by either layer, as the sum over all joint states and that of the energy have it", async () => {
    const logZ = Math.log(z);
    expect(rbmLogZ(params.data, sizes, "visible")).toBeCloseTo(logZ, 12);
    expect(rbmLogZ(params.data, sizes, "hidden")).toBeCloseTo(logZ, 12);
    expect(rbmLogZ(params.data, sizes)).toBeCloseTo(logZ, 12);
    const minus = async (x: Parameters<typeof constant>[0]) =>
      numbers((await evaluate({ e: energy(constant(x), constant(params)) })).e).map((e) => -e);
    expect((await enumeration(minus, energy)).logZ).toBeCloseTo(logZ, 12);
  });

  it("agree over both layers beyond the states that are visited by single changes", () => {
    const large = { visible: 13, hidden: 12 };
    const theta = normal(fold(key, "large"), [13 * 12 + 25], "float64").data.map((w) => 3 * w);
    expect(rbmLogZ(theta, large, "visible") / rbmLogZ(theta, large, "hidden")).toBeCloseTo(1, 13);
  });

  it("is n log 2 + m log 2 without interactions, and a product where units do not interact", () => {
    expect(rbmLogZ(new Float64Array(count), sizes)).toBeCloseTo(12 * Math.LN2, 12);
    const biases = Float64Array.from(params.data, (p, i) => (i < 35 ? 0 : p));
    const product = biases.slice(35).reduce((s, b) => s + Math.log1p(Math.exp(b)), 0);
    expect(rbmLogZ(biases, sizes)).toBeCloseTo(product, 12);
  });

  it("have exact moments, from either layer, which are the derivatives of log Z", () => {
    const moments = rbmMoments(params.data, sizes);
    const expected = new Float64Array(count);
    for (const { v, h, weight } of joint)
      for (let i = 0; i < 7; i++) {
        for (let j = 0; j < 5; j++) expected[5 * i + j] = expected[5 * i + j]! + (weight / z) * v[i]! * h[j]!;
        expected[35 + i] = expected[35 + i]! + (weight / z) * v[i]!;
        if (i < 5) expected[42 + i] = expected[42 + i]! + (weight / z) * h[i]!;
      }
    for (const [k, m] of moments.entries()) {
      expect(m).toBeCloseTo(expected[k]!, 12);
      const along = (step: number) =>
        rbmLogZ(
          params.data.map((p, i) => (i === k ? p + step : p)),
          sizes,
        );
      expect((along(1e-4) - along(-1e-4)) / 2e-4).toBeCloseTo(m, 7);
    }
    // The same machine turned round: its visible layer is the smaller one.
    const turned = Float64Array.from(params.data, (_, i) =>
      i < 35 ? params.data[5 * (i % 7) + Math.floor(i / 7)]! : i < 40 ? params.data[i + 7]! : params.data[i - 5]!,
    );
    const back = rbmMoments(turned, { visible: 5, hidden: 7 });
    for (let i = 0; i < 7; i++) {
      expect(back[40 + i]).toBeCloseTo(expected[35 + i]!, 12);
      for (let j = 0; j < 5; j++) expect(back[7 * j + i]).toBeCloseTo(expected[5 * i + j]!, 12);
    }
  });

  it("refuse what cannot be enumerated, and parameters that do not fit", () => {
    expect(() => rbmLogZ(new Float64Array(26 * 26 + 52), { visible: 26, hidden: 26 })).toThrow(InputError);
    expect(() => rbmLogZ(new Float64Array(26 * 26 + 52), { visible: 26, hidden: 26 })).toThrow(
      "the smaller layer has 26 units, and at most 25 can be enumerated",
    );
    expect(() => rbmLogZ(params.data, { visible: 6, hidden: 5 })).toThrow(ShapeError);
    expect(() => rbmMoments(params.data, { visible: 6, hidden: 5 })).toThrow("47 parameters, and 6 visible");
  });
});
