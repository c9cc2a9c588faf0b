import { describe, expect, it } from "vitest";
import { discreteLaw } from "../../../test/support/discrete.js";
import { discreteTargets, kernelTarget } from "../../../test/support/discrete-targets.js";
import { normalCdf } from "../../../test/support/goodness.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { gaussianProposal, targetOf } from "../../../test/support/sampler-targets.js";
import { drawErrors } from "../../../test/support/statistics.js";
import { numbers } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import type { Support } from "../../energies/support.js";
import type { Expr, Operand } from "../../ir/expr.js";
import { constant, input } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { compile, evaluate } from "../../runtime/program.js";
import { mapValues } from "../../util/records.js";
import { type FloatTensor, type Shape, tensor } from "../../util/tensor.js";
import { gibbs } from "../kernels/gibbs.js";
import { mala } from "../kernels/mala.js";
import type { Target } from "../target.js";
import {
  type AnnealingBase,
  type AnnealingPath,
  annealingPath,
  baseOf,
  betaRows,
  normalBase,
  temperedTarget,
  uniformBase,
} from "./annealing.js";

const key = makeKey(71);
const row = (values: readonly number[]): Expr => constant(tensor(Float64Array.from(values)));

/** A path on given points, with β as an input of the program. */
async function along(path: AnnealingPath, x: FloatTensor, beta: number, other: number) {
  const [at, to] = [input("at", [], "float64"), input("to", [], "float64")];
  const e = constant(x);
  const outputs = { energy: path.energy(e, at), change: path.difference(e, at, to), slope: path.slope(e, at) };
  const { run } = await compile({ at, to }, outputs);
  const scalars = mapValues({ at: beta, to: other }, (v) => tensor(Float64Array.of(v), []));
  return mapValues(await run(scalars), numbers);
}

async function drawFrom(
  base: AnnealingBase,
  n: number,
): Promise<{ x: FloatTensor; logProb: number[]; again: number[] }> {
  const noise = mapValues(base.noise(n), (spec) => ({ ...spec, dtype: "float64" as const }));
  const { x, logProb } = base.sample(mapValues(drawNoise(key, noise), constant));
  const values = await evaluate({ x, logProb, again: base.logProb(x) });
  return { x: values.x as FloatTensor, logProb: numbers(values.logProb), again: numbers(values.again) };
}

const gaussian = targetOf({ energy: gaussianEnergy([3], 0.5, 0.3), ...gaussianProposal(3, 0.2, 1.5) }, 4096, "float64");

describe("bases", () => {
  it("draw what their density says: normal", async () => {
    const { x, logProb, again } = await drawFrom(normalBase([2, 3], 1.7), 3000);
    expect(x.shape).toEqual([3000, 2, 3]);
    const law = { mean: 0, variance: 1.7 ** 2, cdf: (v: number) => normalCdf(v / 1.7) };
    expect(drawErrors("normal base", x.data, law)).toEqual([]);
    const squares = Array.from(x.data.slice(0, 6)).reduce((s, v) => s + (v / 1.7) ** 2, 0);
    expect(logProb[0]).toBeCloseTo(-0.5 * squares - 6 * Math.log(1.7 * Math.sqrt(2 * Math.PI)), 10);
    expect(again).toEqual(logProb);
  });

  const supports: [Support & { kind: "binary" | "categorical" }, Shape][] = [
    [{ kind: "binary", values: [-1, 1] }, [2, 3]],
    [{ kind: "binary", values: [0, 1] }, [5]],
    [{ kind: "categorical", categories: 3 }, [2, 2, 3]],
  ];
  it.each(supports)("draw what their density says: uniform on $kind", async (support, event) => {
    const { x, logProb } = await drawFrom(uniformBase(support, event), 20000);
    // The score of chi-square over all states: above 4.5 with chance 3e-6.
    const flat = await discreteLaw((e) => normalBase(event, 1e9).logProb(e), support, event);
    expect(flat.score(x)).toBeLessThan(4.5);
    for (const p of logProb) expect(p).toBeCloseTo(-Math.log(flat.probabilities.length), 12);
  });

  it("are the flow only where it is asked for and there is one", async () => {
    const x = constant(normal(key, [5, 3], "float64"));
    const of = async (base: AnnealingBase) => numbers((await evaluate({ p: base.logProb(x) })).p);
    expect(await of(baseOf(gaussian, "flow", 2))).toEqual(await of(gaussian.proposal!));
    expect(await of(baseOf(gaussian, "normal", 2))).toEqual(await of(normalBase([3], 2)));
    const { proposal: _, ...bare } = gaussian;
    expect(() => baseOf(bare, "flow", 2)).toThrow("base flow needs a flow");
  });
});

describe("a path from a base to a real target", () => {
  const [mu, sigma, scale] = [0.5, 0.3, 1.7];
  const path = annealingPath(gaussian, normalBase([3], scale));
  const x = normal(key, [6, 3], "float64");
  const log = (v: number, mean: number, sd: number) =>
    -0.5 * ((v - mean) / sd) ** 2 - Math.log(sd * Math.sqrt(2 * Math.PI));
  const closed = (i: number, beta: number): number =>
    Array.from(x.data.slice(3 * i, 3 * i + 3)).reduce(
      (u, v) => u - (1 - beta) * log(v, 0, scale) - beta * log(v, mu, sigma),
      0,
    );

  it.each([
    [0, 0.25],
    [0.3, 0.4],
    [1, 0],
  ])("has its closed form from β = %s to %s", async (beta, other) => {
    const { energy, change, slope } = await along(path, x, beta, other);
    energy!.forEach((u, i) => {
      expect(u).toBeCloseTo(closed(i, beta), 9);
      expect(change![i]).toBeCloseTo(closed(i, other) - closed(i, beta), 9);
      expect(slope![i]).toBeCloseTo(closed(i, 1) - closed(i, 0), 9);
    });
  });

  it("takes β as a number, a scalar or one a row alike", async () => {
    const e = constant(x);
    const betas = [0, 0.1, 0.2, 0.5, 0.9, 1];
    const rows = numbers((await evaluate({ u: path.energy(e, row(betas)) })).u);
    for (const [i, beta] of betas.entries()) {
      const { u } = await evaluate({ u: path.energy(e, beta) });
      expect(numbers(u)[i]).toBeCloseTo(rows[i]!, 12);
    }
    expect(numbers((await evaluate({ b: betaRows([1, 0.5], 3) })).b)).toEqual([1, 1, 1, 0.5, 0.5, 0.5]);
  });
});

describe.each(discreteTargets.map((t) => [t.name, t] as const))("a path from the uniform law to %s", (_, model) => {
  const target = kernelTarget(model, 1, "float64");
  const { support, event } = model.energy;
  const base = baseOf(target, "normal", 1);

  it.each(["with", "without"] as const)("begins normalised and ends in the energy, %s blocks", async (which) => {
    const { blocks, ...bare } = target;
    const path = annealingPath(which === "with" ? { ...bare, blocks: blocks! } : bare, base);
    const { states } = await discreteLaw(target.energy, support, event);
    const start = await along(path, states, 0, 0.4);
    // ∫ exp(−U₀) = 1, each state alike.
    for (const u of start.energy!) expect(u).toBeCloseTo(Math.log(states.shape[0]!), 9);
    const end = await along(path, states, 1, 0.6);
    const energies = numbers((await evaluate({ e: target.energy(constant(states)) })).e);
    const middle = await along(path, states, 0.4, 1);
    const [low, high] = [await along(path, states, 0.4 - 1e-5, 1), await along(path, states, 0.4 + 1e-5, 1)];
    energies.forEach((e, i) => {
      expect(end.energy![i]).toBeCloseTo(e, 9);
      expect(start.change![i]).toBeCloseTo(middle.energy![i]! - start.energy![i]!, 9);
      expect(middle.change![i]).toBeCloseTo(e - middle.energy![i]!, 9);
      // Central differences: an error of order 1e-10, and rounding of 1e-16 · U/1e-5.
      expect(middle.slope![i]).toBeCloseTo((high.energy![i]! - low.energy![i]!) / 2e-5, 6);
    });
  });
});

describe("a tempered target", () => {
  // Precision β/σ² + (1 − β)/s², mean β μ/σ² over it.
  const [beta, scale] = [0.3, 2];
  const base = normalBase([3], scale);
  const precision = beta / 0.09 + (1 - beta) / scale ** 2;
  const [mean, sd] = [(beta * 0.5) / 0.09 / precision, precision ** -0.5];
  const exact = normal(fold(key, "exact"), [4096, 3], "float64").data.map((z) => mean + sd * z);
  const law = { mean, variance: sd ** 2, cdf: (v: number) => normalCdf((v - mean) / sd) };

  async function moved(temper: (target: Target) => Target): Promise<string[]> {
    const kernel = await hostKernel((t) => mala(temper(t), { stepSize: 0.03 }), gaussian, "float64");
    const { state } = await kernel.walk(await kernel.init(tensor(exact, [4096, 3])), key, 10);
    return drawErrors("coordinates", state.x!.data as Float64Array, law);
  }
  const at = (target: Target, b: Operand): Target => temperedTarget(target, annealingPath(target, base), b);

  it("is the law at β: exact draws stay exact", async () => {
    expect(await moved((t) => at(t, beta))).toEqual([]);
    expect(await moved((t) => at(t, row([beta])))).toEqual([]);
  });

  it("is not it when the temperature enters twice, or not at all", async () => {
    expect(await moved((t) => at(at(t, beta), beta))).not.toEqual([]);
    expect(await moved((t) => at(t, beta ** 2))).not.toEqual([]);
    expect(await moved((t) => t)).not.toEqual([]);
  });

  const model = discreteTargets[2]!;
  const chains = 20000;
  async function swept(b: (path: AnnealingPath, target: Target) => Target): Promise<number> {
    const target = kernelTarget(model, chains);
    const path = annealingPath(target, baseOf(target, "normal", 1));
    const { support, event } = model.energy;
    const own = annealingPath(kernelTarget(model, 1, "float64"), path.base);
    const cold = await discreteLaw((x) => own.energy(x, 0.5), support, event);
    const kernel = await hostKernel((t) => gibbs(b(path, t)), target, "float32");
    const start = tensor(Float32Array.from(cold.draw(key, chains).data), [chains, ...event]);
    return cold.score((await kernel.walk(await kernel.init(start), key, 4)).state.x as FloatTensor);
  }

  it("draws its blocks at β, once", async () => {
    // Above 4.5 with chance 3e-6.
    expect(await swept((path, t) => temperedTarget(t, path, 0.5))).toBeLessThan(4.5);
    expect(await swept((path, t) => temperedTarget(t, path, 0.25))).toBeGreaterThan(6);
    expect(await swept((path, t) => temperedTarget(temperedTarget(t, path, 0.5), path, 0.5))).toBeGreaterThan(6);
  });
});
