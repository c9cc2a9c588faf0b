import { describe, expect, it } from "vitest";
import { discreteLaw } from "../../../test/support/discrete.js";
import { type DiscreteTarget, discreteTargets, kernelTarget, lawOf } from "../../../test/support/discrete-targets.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { isingEnergy } from "../../energies/ising.js";
import { rbmEnergy } from "../../energies/rbm.js";
import { essMean } from "../../metrics/chains/effective-sample-size.js";
import { mul } from "../../ops/arithmetic.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import type { Tensors } from "../../runtime/engine.js";
import { mean } from "../../util/moments.js";
import { cast, type FloatTensor, floats, tensor } from "../../util/tensor.js";
import { sample } from "../driver/sample.js";
import { gibbs } from "../kernels/gibbs.js";
import { annealingPath, baseOf } from "../parts/annealing.js";
import type { Target } from "../target.js";
import { parallelTemperingGibbs } from "./parallel-tempering-gibbs.js";

const key = makeKey(89);
const BETAS = [1, 0.6, 0.2];
const CHAINS = 20000;

/** The worst score of all levels after steps from exact draws of each, where blocks may say another tempered energy. */
async function worstScore(model: DiscreteTarget, blocks: (target: Target) => Target = (t) => t): Promise<number> {
  const target = kernelTarget(model, 1, "float64");
  const { energy } = annealingPath(target, baseOf(target, "normal", 1));
  const { support, event } = model.energy;
  const laws = await Promise.all(BETAS.map((beta) => discreteLaw((x) => energy(x, beta), support, event)));
  const kernel = await hostKernel(
    (t) => parallelTemperingGibbs(blocks(t), { temperatures: BETAS }),
    kernelTarget(model, CHAINS),
    "float32",
  );
  const [x, ...others] = laws.map((law, i) => cast(law.draw(fold(key, i), CHAINS), "float32"));
  const replicas = tensor(Float32Array.from(others.flatMap((t) => [...t.data])), [others.length, CHAINS, ...event]);
  const state: Tensors = { ...(await kernel.init(x!)), replicas };
  const after = (await kernel.walk(state, fold(key, "walk"), 4)).state;
  const size = x!.data.length;
  const found = [
    after.x as FloatTensor,
    ...others.map((_, i) => tensor(floats(after.replicas!).slice(i * size, (i + 1) * size), [CHAINS, ...event])),
  ];
  return Math.max(...found.map((level, i) => laws[i]!.score(level)));
}

describe("parallel tempering by Gibbs sampling", () => {
  it.each(discreteTargets.map((t) => [t.name, t] as const))("keeps every level's law: %s", async (_, model) => {
    // Above 4.5 with chance 3e-6 a level.
    expect(await worstScore(model)).toBeLessThan(4.5);
  });

  it("would be found to break it if trades compared energies and not tempered laws", async () => {
    // Of a machine the hidden units are tempered too: its law at β is not exp(−βE).
    const machine: DiscreteTarget = {
      name: "RBM of 6 with 12 hidden units",
      energy: rbmEnergy([6], { hiddenUnits: 12, weightScale: 1 }),
      params: tensor(normal(fold(key, "machine"), [6 * 12 + 6 + 12]).data.map((v) => 1.5 * v)),
    };
    expect(await worstScore(machine)).toBeLessThan(4.5);
    const linear = (target: Target): Target => ({
      ...target,
      blocks: { ...target.blocks!, tempered: (x, beta) => mul(beta, target.energy(x)) },
    });
    expect(await worstScore(machine, linear)).toBeGreaterThan(6);
  });

  it("finds the weights of two phases, where sweeps alone stay in one", async () => {
    // Below the critical temperature, with a field: up is likelier than down by a known ratio.
    const energy = isingEnergy([3, 4], { coupling: 0.9, field: 0.03, boundary: "free", learn: false });
    const none = tensor(new Float32Array(0));
    const law = await lawOf({ name: "", energy, params: none });
    const up = (x: ArrayLike<number>, i: number): boolean => {
      let s = 0;
      for (let k = 0; k < 12; k++) s += x[12 * i + k]!;
      return s > 0;
    };
    const truth = law.probabilities.reduce((p, q, i) => p + (up(law.states.data, i) ? q : 0), 0);
    const start = tensor(
      Float32Array.from({ length: 64 * 12 }, (_, i) => (i < 32 * 12 ? -1 : 1)),
      [64, 3, 4],
    );
    const share = async (run: object) => {
      const { x } = await sample({ energy, start, warmup: 100, draws: 300, key, ...run });
      return {
        shape: [64, 300] as const,
        data: Float64Array.from({ length: 64 * 300 }, (_, i) => (up(x.data, i) ? 1 : 0)),
      };
    };
    const tempered = await share({ sampler: parallelTemperingGibbs, options: { levels: 8 } });
    const size = essMean(tempered);
    expect(size).toBeGreaterThan(1000);
    const p = mean(tempered.data);
    // False alarms at 5 standard errors: about once in 1e6.
    expect(Math.abs(p - truth)).toBeLessThan(5 * Math.sqrt((truth * (1 - truth)) / size));
    const stuck = await share({ sampler: gibbs });
    expect(essMean(stuck)).toBeLessThan(size / 10);
  });
});
