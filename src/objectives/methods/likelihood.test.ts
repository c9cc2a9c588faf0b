import { describe, expect, it } from "vitest";
import { inputsOf, traced } from "../../../test/support/host-iteration.js";
import { precisionModel } from "../../../test/support/known-models.js";
import { numbers } from "../../../test/support/tensors.js";
import { grad } from "../../autodiff/grad.js";
import { makeEnergy } from "../../energies/energy.js";
import { gaussianRbm } from "../../energies/gaussian-rbm.js";
import { rbm } from "../../energies/rbm.js";
import { rbmLogZ, rbmMoments } from "../../energies/rbm-exact.js";
import { layoutOf } from "../../nn/layout.js";
import { addAll, exp, mul, square, sub } from "../../ops/arithmetic.js";
import { input } from "../../ops/leaf.js";
import { reshape, slice, sum } from "../../ops/shape.js";
import { adam } from "../../optim/adam.js";
import { normal, uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { compile } from "../../runtime/program.js";
import { trainLoop } from "../../train/loop.js";
import { compileTrainer } from "../../train/trainer.js";
import { InputError } from "../../util/errors.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import type { Model } from "../objective.js";
import { likelihood } from "./likelihood.js";

const key = makeKey(62);

/** Loss and gradient in double precision, where the trainer has single. */
async function inDoubles(model: Model, theta: Float64Array, rows: FloatTensor) {
  const params = input("params", [theta.length], "float64");
  const batch = input("batch", rows.shape, "float64");
  const step = likelihood(model, rows.shape[0]!).step({
    ...{ params: { energy: params, flow: params }, batch, carry: {}, noise: {} },
  });
  const loss = step.losses.energy!;
  const program = await compile({ params, batch }, { loss, gradient: grad(loss, [params])[0] });
  const found = await program.run({ params: tensor(theta), batch: rows });
  return { loss: numbers(found.loss!)[0]!, gradient: numbers(found.gradient!) };
}

describe("the likelihood of a machine", () => {
  const [n, m, N] = [6, 4, 30];
  const model: Model = { event: [n], energy: rbm({ hiddenUnits: m }, { event: [n] }) };
  const theta = normal(fold(key, "theta"), [n * m + n + m], "float64").data;
  const u = uniform(fold(key, "rows"), [N, n], "float64").data;
  const rows = tensor(
    u.map((v, i) => (v < (i % n) / n ? 1 : 0)),
    [N, n],
  );
  const row = (r: number): Float64Array => rows.data.subarray(r * n, r * n + n);
  const field = (v: ArrayLike<number>, j: number): number =>
    Array.from(v).reduce((s, x, i) => s + x * theta[i * m + j]!, theta[n * m + n + j]!);
  const hidden = Array.from({ length: m }, (_, j) => j);

  it("has the value and the gradient, data moments against the model's, that enumeration has", async () => {
    const { loss, gradient } = await inDoubles(model, theta, rows);
    const freeEnergy = (v: Float64Array): number =>
      -v.reduce((s, x, i) => s + x * theta[n * m + i]!, 0) -
      hidden.reduce((s, j) => s + Math.log1p(Math.exp(field(v, j))), 0);
    const energies = Array.from({ length: N }, (_, r) => freeEnergy(row(r)));
    const logZ = rbmLogZ(theta, { visible: n, hidden: m });
    expect(loss).toBeCloseTo(energies.reduce((s, e) => s + e / N, 0) + logZ, 10);

    const ofModel = rbmMoments(theta, { visible: n, hidden: m });
    const ofData = new Float64Array(theta.length);
    for (let r = 0; r < N; r++)
      for (const j of hidden) {
        const on = 1 / (1 + Math.exp(-field(row(r), j))) / N;
        ofData[n * m + n + j]! += on;
        for (let i = 0; i < n; i++) ofData[i * m + j]! += row(r)[i]! * on;
      }
    for (let r = 0; r < N; r++) for (let i = 0; i < n; i++) ofData[n * m + i]! += row(r)[i]! / N;
    for (const [i, g] of gradient.entries()) expect(Math.abs(g - (ofModel[i]! - ofData[i]!))).toBeLessThan(1e-10);
    // Leaving log Z out would be no likelihood: its derivative is not small.
    expect(Math.hypot(...ofModel)).toBeGreaterThan(0.5);
  });

  it("has no carry and no noise, and tells the likelihood and log Z", async () => {
    const iteration = likelihood(model, N);
    const { output, ...given } = traced(model, iteration, N);
    const found = await (await compile(inputsOf(given), { ...output.metrics })).run({
      "params.energy": tensor(Float32Array.from(theta)),
      batch: tensor(Float32Array.from(rows.data), [N, n]),
    });
    const exact = await inDoubles(model, theta, rows);
    expect(numbers(found.negativeLogLikelihood!)[0]! / exact.loss).toBeCloseTo(1, 5);
    expect(numbers(found.logZ!)[0]! / rbmLogZ(theta, { visible: n, hidden: m })).toBeCloseTo(1, 5);
    expect([iteration.noise, iteration.carry, output.carry]).toEqual([{}, {}, {}]);
  });
});

/** `E = ½ Σ e^{2sᵢ} (xᵢ − μᵢ)²`: a Gaussian with mean μ and standard deviations `e^{−s}`, not normalised. */
const gaussian: Model = {
  event: [2],
  energy: makeEnergy({
    event: [2],
    layout: layoutOf({ mean: [2], s: [2] }),
    energy(x, p) {
      const [centre, s] = [slice(p, 0, 0, 2), slice(p, 0, 2, 4)];
      return mul(0.5, sum(mul(exp(mul(2, s)), square(sub(x, centre))), 1));
    },
    logZ: (p) => sub(Math.log(2 * Math.PI), addAll([2, 3].map((i) => reshape(slice(p, 0, i, i + 1), [])))),
  }),
};

describe("the maximum of the likelihood", () => {
  const rows = tensor(Float32Array.of(-1, 4, 1, 4, 3, 6, 5, 10), [4, 2]);
  // By hand: means 2 and 6, mean square deviations 5 and 6.
  const best = [2, 6, -0.5 * Math.log(5), -0.5 * Math.log(6)];

  it("of a Gaussian is at the mean and the standard deviation of the rows, where a training ends", async () => {
    const at = await inDoubles(gaussian, Float64Array.from(best), tensor(Float64Array.from(rows.data), [4, 2]));
    for (const g of at.gradient) expect(Math.abs(g)).toBeLessThan(1e-12);
    const steps = 2000;
    const energy = adam.make({ learningRate: 0.1, schedule: "cosine" }, steps);
    const iteration = likelihood(gaussian, 4);
    const trainer = await compileTrainer({
      ...{ model: gaussian, iteration, optimizers: { energy, flow: energy }, batch: 4, average: 0 },
    });
    const state = trainer.start(key, rows, { energy: Float32Array.of(0, 0, 0, 0) });
    const end = await trainLoop({ trainer, data: rows, batch: 4, steps, key, state });
    for (const [i, v] of numbers(end.state["params.energy"]!).entries()) expect(v).toBeCloseTo(best[i]!, 3);
  });

  it("of a Gaussian machine without weights is at the mean of the rows", async () => {
    const model = { event: [2], energy: gaussianRbm({ hiddenUnits: 2, learnScale: true }, { event: [2] }) };
    const theta = Float64Array.of(0, 0, 0, 0, 2, 6, 0.3, -0.2, 0.5 * Math.log(5), 0.5 * Math.log(6));
    const { gradient } = await inDoubles(model, theta, tensor(Float64Array.from(rows.data), [4, 2]));
    for (const g of [...gradient.slice(4, 6), ...gradient.slice(8)]) expect(Math.abs(g)).toBeLessThan(1e-12);
  });
});

it("refuses an energy that does not know its log Z, and says what to do", () => {
  expect(() => likelihood(precisionModel, 4)).toThrow(InputError);
  expect(() => likelihood(precisionModel, 4)).toThrow(
    /^objective likelihood: needs an energy whose log Z is known at any parameters, such as .*, rbm \(of at most 16 hidden units\)/,
  );
  const large = { event: [20], energy: rbm({ hiddenUnits: 20 }, { event: [20] }) };
  expect(() => likelihood(large, 4)).toThrow("others are trained by pcd, cd or nce");
});
