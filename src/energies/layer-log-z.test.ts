import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { grad } from "../autodiff/grad.js";
import { realnvp } from "../flows/realnvp.js";
import { enumeration } from "../metrics/log-z/enumeration.js";
import { layoutOf } from "../nn/layout.js";
import { add, exp, mul, square, sub } from "../ops/arithmetic.js";
import { constant, input } from "../ops/leaf.js";
import { reshape, slice } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { compile, evaluate } from "../runtime/program.js";
import { ShapeError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { type Energy, makeEnergy } from "./energy.js";
import { gaussianEnergy } from "./gaussian.js";
import { gaussianRbm } from "./gaussian-rbm.js";
import { isingEnergy } from "./ising.js";
import { mixtureEnergy } from "./mixture.js";
import { mixtureOf } from "./mixture-of.js";
import { pottsEnergy } from "./potts.js";
import { product } from "./product.js";
import { rbm } from "./rbm.js";
import { gaussianRbmLogZ, rbmLogZ, rbmMoments } from "./rbm-exact.js";
import { temper } from "./temper.js";

const key = makeKey(61);

/** Log Z at parameters and its derivatives by them, in double precision. */
async function logZOf(energy: Energy, theta: Float64Array): Promise<{ value: number; gradient: number[] }> {
  const params = input("params", [theta.length], "float64");
  const value = energy.logZ!(params);
  const program = await compile({ params }, { value, gradient: grad(value, [params])[0] });
  const found = await program.run({ params: tensor(theta) });
  return { value: numbers(found.value!)[0]!, gradient: numbers(found.gradient!) };
}

const anywhere = (n: number, scale = 1): Float64Array =>
  normal(fold(key, n), [n], "float64").data.map((v) => scale * v);

describe("log Z of a machine in the graph", () => {
  // The smaller layer of 5 and 7 units in one piece, of 12 and 13 units in pieces; hidden, then visible.
  it.each([
    [7, 5],
    [7, 9],
    [14, 12],
    [13, 15],
  ])("of %i visible and %i hidden units is that of the host, and its derivatives are the moments", async (n, m) => {
    const theta = anywhere(n * m + n + m, 0.7);
    const sizes = { visible: n, hidden: m };
    const { value, gradient } = await logZOf(rbm({ hiddenUnits: m }, { event: [n] }), theta);
    expect(value).toBeCloseTo(rbmLogZ(theta, sizes), 10);
    for (const [i, moment] of rbmMoments(theta, sizes).entries()) expect(gradient[i]).toBeCloseTo(moment, 10);
  });

  it.each([3, 11])("over real numbers with %i hidden units is that of the host, σ included", async (m) => {
    const n = 3;
    const theta = anywhere(n * m + n + m + n, 0.5);
    const energy = gaussianRbm({ hiddenUnits: m, learnScale: true }, { event: [n] });
    const { value, gradient } = await logZOf(energy, theta);
    const host = (at: ArrayLike<number>): number => gaussianRbmLogZ(at, { visible: n, hidden: m });
    expect(value).toBeCloseTo(host(theta), 11);
    for (const [i, g] of gradient.entries()) {
      const along = (step: number): number => host(theta.map((v, k) => (k === i ? v + step : v)));
      expect((along(1e-5) - along(-1e-5)) / 2e-5).toBeCloseTo(g, 6);
    }
    const given = gaussianRbm({ hiddenUnits: m }, { event: [n] });
    const frozen = await logZOf(given, theta);
    expect(frozen.value).toBe(value);
    expect(frozen.gradient.slice(-n)).toEqual([0, 0, 0]);
  });

  it("is left out where both layers have more than 16 units", () => {
    expect(rbm({ hiddenUnits: 17 }, { event: [17] }).logZ).toBeUndefined();
    expect(rbm({ hiddenUnits: 500 }, { event: [4, 4] }).logZ).toBeDefined();
    expect(gaussianRbm({ hiddenUnits: 17 }, { event: [2] }).logZ).toBeUndefined();
  });

  it("refuses parameters that do not fit", () => {
    const energy = rbm({ hiddenUnits: 3 }, { event: [4] });
    expect(() => energy.logZ!(input("params", [18]))).toThrow(ShapeError);
    expect(() => energy.logZ!(input("params", [18]))).toThrow("energy: parameters have shape (18), expected (19)");
  });
});

describe("log Z of other energies", () => {
  const lattices: [string, Energy][] = [
    ["ising", isingEnergy([3, 3], { coupling: 0.4, field: 0.1, boundary: "free", learn: true })],
    ["potts", pottsEnergy([2, 3, 3], { coupling: 0.4, field: [], boundary: "free", learn: true })],
  ];
  it.each(lattices)("of a small learned lattice (%s) is the sum over its states", async (_, energy) => {
    const theta = anywhere(energy.layout.size, 0.5);
    const minus = async (x: Parameters<typeof constant>[0]) =>
      numbers((await evaluate({ e: energy(constant(x), constant(tensor(theta))) })).e).map((e) => -e);
    expect((await logZOf(energy, theta)).value).toBeCloseTo((await enumeration(minus, energy)).logZ, 11);
    expect(
      isingEnergy([4, 4], { coupling: 1, field: 0, boundary: "free", learn: true }).logZ,
      "65536 states",
    ).toBeUndefined();
  });

  it("is the exact one where that is known whatever the parameters are", async () => {
    const means = { means: [[0, 1]], variances: [2], weights: [3] };
    const lattice = isingEnergy([4, 4], { coupling: 0.3, field: 0, boundary: "periodic", learn: false });
    for (const energy of [gaussianEnergy([2], 1, 3), mixtureEnergy([2], means), realnvp({}, [2]), lattice]) {
      const theta = energy.layout.size > 0 ? input("params", [energy.layout.size], "float64") : undefined;
      const { value } = await evaluate({ value: energy.logZ!(theta) });
      expect(numbers(value)[0]).toBeCloseTo(energy.exact!.logZ, 5);
    }
  });

  it("of a mixture is that of the parts, each at its own parameters", async () => {
    // E = ½ e^{2s} (x − μ)², whose log Z is ½ log 2π − s.
    const part = makeEnergy({
      event: [1],
      layout: layoutOf({ mean: [], s: [] }),
      energy(x, p) {
        const [mean, s] = [0, 1].map((i) => slice(p, 0, i, i + 1)) as [typeof p, typeof p];
        return mul(mul(0.5, exp(mul(2, s))), square(sub(reshape(x, [x.shape[0]!]), mean)));
      },
      logZ: (p) => sub(0.5 * Math.log(2 * Math.PI), reshape(slice(p, 0, 1, 2), [])),
    });
    const { value, gradient } = await logZOf(mixtureOf([part, part], [1, 3]), Float64Array.of(0, 0.5, 2, -0.3));
    const parts = [0.25 * Math.exp(-0.5), 0.75 * Math.exp(0.3)] as const;
    expect(value).toBeCloseTo(0.5 * Math.log(2 * Math.PI) + Math.log(parts[0] + parts[1]), 12);
    expect(gradient[1]).toBeCloseTo(-parts[0] / (parts[0] + parts[1]), 12);
    expect(mixtureOf([part, product([part])]).logZ).toBeUndefined();
  });

  it("is not passed on where it does not follow", () => {
    const known = rbm({ hiddenUnits: 3 }, { event: [4] });
    for (const energy of [temper(known, 0.5), product([known, known])]) expect(energy.logZ).toBeUndefined();
  });

  it("must be one number", () => {
    const wrong = makeEnergy({ event: [1], energy: (x) => reshape(x, [x.shape[0]!]), logZ: (p) => add(p, 1) });
    expect(() => wrong.logZ!()).toThrow("energy: log Z is (0), expected one number");
  });
});
