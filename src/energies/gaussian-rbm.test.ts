import { describe, expect, it } from "vitest";
import { normalCdf } from "../../test/support/goodness.js";
import { hostKernel } from "../../test/support/host-kernel.js";
import { drawErrors } from "../../test/support/statistics.js";
import { numbers } from "../../test/support/tensors.js";
import { grid2d, gridMasses } from "../metrics/goodness/grid.js";
import { constant } from "../ops/leaf.js";
import { categorical } from "../random/choose.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { gibbs } from "../samplers/kernels/gibbs.js";
import { targetOf } from "../samplers/target.js";
import { InputError, ShapeError } from "../util/errors.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { gaussianRbm } from "./gaussian-rbm.js";
import { gaussianRbmLogZ } from "./rbm-exact.js";
import { gaussianRbmLayout } from "./rbm-layout.js";

const key = makeKey(32);

/** Parameters and log Z that the documentation of PyDeep (Melchior) prints for a machine of 2 visible and 4 hidden units. */
const printed = {
  weight: [-2.13559806, -0.71220501, 0.64841691, 2.17880554, 0.75840129, -2.13979672, 2.09910978, -0.64721076],
  visible: [0, 0],
  hidden: [-7.87792514, -7.60603139, -7.73935758, -7.722771],
  sigma: [0.74241256, 0.73101419],
  logZ: 1.40422867085,
};
const golden = Float64Array.of(
  ...printed.weight,
  ...printed.visible,
  ...printed.hidden,
  ...printed.sigma.map((s) => Math.log(s)),
);

/** A machine with two hidden units whose four Gaussians overlap: at (1, −1), (2, −1), (1, 1), (2, 1), uneven in weight. */
const small = { W: [1, 0, 0, 2], b: [1, -1], c: [-1.4, 2.2], sigma: [0.5, 0.8] };
const params = tensor(Float64Array.of(...small.W, ...small.b, ...small.c, ...small.sigma.map((s) => Math.log(s))));
const energy = gaussianRbm({ hiddenUnits: 2 }, { event: [2] });

/** The mixture it is: weight, centre of each state of the hidden units, and log Z. */
const components = [0, 1, 2, 3].map((state) => {
  const h = [state & 1, state >> 1];
  const centre = small.b.map((b, i) => b + small.W[2 * i]! * h[0]! + small.W[2 * i + 1]! * h[1]!);
  const log =
    small.c[0]! * h[0]! +
    small.c[1]! * h[1]! +
    centre.reduce((s, m, i) => s + (m ** 2 - small.b[i]! ** 2) / (2 * small.sigma[i]! ** 2), 0);
  return { centre, weight: Math.exp(log) };
});
const total = components.reduce((s, { weight }) => s + weight, 0);
const logZ = Math.log(total * 2 * Math.PI * small.sigma[0]! * small.sigma[1]!);

describe("gaussian-rbm", () => {
  it("has the log Z that another implementation prints for its parameters", () => {
    expect(gaussianRbmLogZ(golden, { visible: 2, hidden: 4 })).toBeCloseTo(printed.logZ, 8);
  });

  it("is the mixture of Gaussians that its hidden units make", async () => {
    expect(gaussianRbmLogZ(params.data, { visible: 2, hidden: 2 })).toBeCloseTo(logZ, 12);
    const x = normal(key, [20, 2], "float64");
    const e = numbers((await evaluate({ e: energy(constant(x), constant(params)) })).e);
    for (const [i, value] of e.entries()) {
      const density = components.reduce((s, { centre, weight }) => {
        const square = centre.reduce((r, m, j) => r + ((x.data[2 * i + j]! - m) / small.sigma[j]!) ** 2, 0);
        return (
          s + (weight / total) * Math.exp(-0.5 * square - Math.log(2 * Math.PI * small.sigma[0]! * small.sigma[1]!))
        );
      }, 0);
      expect(-value - logZ).toBeCloseTo(Math.log(density), 11);
    }
  });

  it("integrates to its log Z at every β, from a Gaussian at β = 0", async () => {
    const grid = grid2d(
      [
        [-3, 6],
        [-6, 6],
      ],
      200,
    );
    for (const beta of [0, 0.5, 1]) {
      const e = numbers(
        (await evaluate({ e: energy.blocks!.tempered(constant(grid.points), constant(params), beta) })).e,
      );
      const found = gridMasses(
        "tempered",
        grid,
        e.map((v) => -v),
      ).logZ;
      const tempered = params.data.map((v, i) => (i < 4 || i === 6 || i === 7 ? beta * v : v));
      expect(found).toBeCloseTo(gaussianRbmLogZ(tempered, { visible: 2, hidden: 2 }), 6);
    }
  });

  /** Exact draws. */
  function draw(n: number): FloatTensor {
    const which = categorical(
      fold(key, "which"),
      components.map(({ weight }) => weight),
      [n],
    );
    const noise = normal(fold(key, "noise"), [n, 2], "float64").data;
    const x = noise.map((v, i) => components[which[i >> 1]!]!.centre[i & 1]! + small.sigma[i & 1]! * v);
    return tensor(x, [n, 2]);
  }

  const lawOf = (j: 0 | 1) => {
    const moment = (f: (m: number) => number): number =>
      components.reduce((s, { centre, weight }) => s + (weight / total) * f(centre[j]!), 0);
    const mean = moment((m) => m);
    const sigma = small.sigma[j]!;
    const variance = sigma ** 2 + moment((m) => (m - mean) ** 2);
    return { mean, variance, cdf: (x: number) => moment((m) => normalCdf((x - m) / sigma)) };
  };

  const errorsOf = (x: FloatTensor): string[] =>
    ([0, 1] as const).flatMap((j) =>
      drawErrors(
        `x${j}`,
        numbers(x).filter((_, i) => i % 2 === j),
        lawOf(j),
      ),
    );

  it("keeps exact draws exact under block Gibbs, and reaches its law from far off", async () => {
    const n = 20000;
    const target = targetOf({ energy }, { params: constant(params) }, n);
    const kernel = await hostKernel((t) => gibbs(t, { sweeps: 2 }), target, "float64");
    const exact = draw(n);
    // Two views of two runs: false alarms about once in 5e4.
    expect(errorsOf((await kernel.walk({ x: exact }, fold(key, "walk"), 2)).state.x as FloatTensor)).toEqual([]);
    const far = tensor(new Float64Array(2 * n).fill(-20), [n, 2]);
    expect(errorsOf((await kernel.walk({ x: far }, fold(key, "far"), 60)).state.x as FloatTensor)).toEqual([]);
    // A sweep at another temperature leaves another law.
    const hot = {
      ...target,
      blocks: { ...target.blocks!, sweep: (x, u) => target.blocks!.sweep(x, u, 0.8) },
    } as typeof target;
    const wrong = await hostKernel((t) => gibbs(t, { sweeps: 2 }), hot, "float64");
    expect(errorsOf((await wrong.walk({ x: exact }, fold(key, "walk"), 2)).state.x as FloatTensor)).not.toEqual([]);
  });

  it("starts at the data's means, with the scale it is given, frozen unless it is to be learned", () => {
    const rows = tensor(Float32Array.of(1, 5, 3, -1), [2, 2]);
    const machine = gaussianRbm({ hiddenUnits: 3, scale: 0.5 }, { event: [2] });
    const start = Array.from(machine.init(key, rows));
    expect(start.slice(6, 8)).toEqual([2, 2]);
    expect(start.slice(8, 11)).toEqual([0, 0, 0]);
    for (const v of start.slice(11)) expect(v).toBeCloseTo(Math.log(0.5), 6);
    expect(Math.max(...start.slice(0, 6).map(Math.abs))).toBeLessThan(0.06);
    const frozen = (learnScale: boolean) =>
      gaussianRbmLayout(2, 3, learnScale).leaves.flatMap(({ name, frozen }) => (frozen ? [name] : []));
    expect([frozen(false), frozen(true)]).toEqual([["logScale"], []]);
    expect(machine.layout).toEqual(gaussianRbmLayout(2, 3));
  });

  it("refuses to enumerate what is too much, and parameters that do not fit", () => {
    expect(() => gaussianRbmLogZ(params.data, { visible: 3, hidden: 2 })).toThrow(ShapeError);
    expect(() => gaussianRbmLogZ(new Float64Array(26 + 26 + 2), { visible: 1, hidden: 26 })).toThrow(InputError);
  });
});
