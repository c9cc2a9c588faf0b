import { expect, it } from "vitest";
import { discreteTargets, kernelTarget } from "../../../test/support/discrete-targets.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { numbers } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { isingEnergy } from "../../energies/ising.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { InputError } from "../../util/errors.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { sample } from "../driver/sample.js";
import { targetOf } from "../target.js";
import { gibbs } from "./gibbs.js";

it("makes as many sweeps a step as it is told, each with noise of its own", async () => {
  const target = kernelTarget(discreteTargets[0]!, 32, "float64");
  const [one, three] = await Promise.all(
    [1, 3].map((sweeps) => hostKernel((t) => gibbs(t, { sweeps }), target, "float64")),
  );
  const start = tensor(new Float64Array(32 * 9).fill(1), [32, 3, 3]);
  const noise = drawNoise(makeKey(60), three!.noise);
  let state = await one!.init(start);
  for (let k = 0; k < 3; k++) {
    const { data, shape } = noise.u as FloatTensor;
    const size = data.length / 3;
    const own = tensor(data.slice(k * size, (k + 1) * size), [1, ...shape.slice(1)]);
    state = (await one!.step(state, { u: own })).state;
  }
  expect(numbers((await three!.step(await three!.init(start), noise)).state.x!)).toEqual(numbers(state.x!));
});

it("needs an energy that knows its conditional laws", () => {
  const target = targetOf({ energy: gaussianEnergy([2], 0, 1) }, {}, 4);
  expect(() => gibbs(target)).toThrow(InputError);
  expect(() => gibbs(target)).toThrow("sampler gibbs: needs conditional laws of blocks of coordinates");
});

it("finds the mean over the bonds of a lattice whose log Z is known: the slope of log Z in the coupling", async () => {
  const [coupling, h] = [0.35, 1e-4];
  const at = (j: number) => isingEnergy([8, 8], { coupling: j, field: 0, boundary: "periodic", learn: false });
  const slope = (at(coupling + h).exact!.logZ - at(coupling - h).exact!.logZ) / (2 * h);
  const [chains, draws] = [64, 100];
  const run = {
    energy: at(coupling),
    sampler: gibbs,
    chains,
    warmup: 100,
    draws,
    thin: 2,
    key: fold(makeKey(61), "run"),
  };
  const { x } = await sample(run);
  const bonds = Float64Array.from({ length: chains }, (_, c) => {
    let total = 0;
    for (let draw = 0; draw < draws; draw++) {
      const from = (c * draws + draw) * 64;
      for (let i = 0; i < 64; i++) {
        const [row, column] = [i >> 3, i & 7];
        const right = x.data[from + 8 * row + ((column + 1) % 8)]!;
        const below = x.data[from + 8 * ((row + 1) % 8) + column]!;
        total += x.data[from + i]! * (right + below);
      }
    }
    return total / draws;
  });
  const mean = bonds.reduce((a, b) => a + b, 0) / chains;
  const error = Math.sqrt(bonds.reduce((s, b) => s + (b - mean) ** 2, 0) / (chains - 1) / chains);
  // Independent chains: a mean is 5 of its errors off, of 64 chains, with chance 5e-6.
  expect(Math.abs(mean - slope)).toBeLessThan(5 * error);
  expect(error).toBeLessThan(0.01 * slope);
});
