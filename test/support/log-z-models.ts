/** Models whose log Z is known, each with exact draws as its chains and rows, and a proposal that is near it. */

import { makeEnergy } from "../../src/energies/energy.js";
import { isingEnergy } from "../../src/energies/ising.js";
import { mixtureEnergy } from "../../src/energies/mixture.js";
import type { EstimatedModel } from "../../src/estimators/estimator.js";
import { realnvp } from "../../src/flows/realnvp.js";
import { enumeration, statesOf } from "../../src/metrics/log-z/enumeration.js";
import { packVectors } from "../../src/nn/layout.js";
import { add, mul, square, sub } from "../../src/ops/arithmetic.js";
import { sum } from "../../src/ops/shape.js";
import { categorical } from "../../src/random/choose.js";
import { normal } from "../../src/random/draw.js";
import { fold, type Key, makeKey } from "../../src/random/key.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { gaussianProposal } from "./sampler-targets.js";

export interface KnownModel extends Pick<EstimatedModel, "energy" | "flow" | "flowParams"> {
  readonly name: string;
  readonly logZ: number;
  /** Exact draws `(n, ...event)`, single precision. */
  draw(key: Key, n: number): FloatTensor;
}

const single = (x: FloatTensor): FloatTensor => tensor(Float32Array.from(x.data), x.shape);

/** `E = |x − ½|²/(2 · 0.8²) − 1.3` in `d` dimensions, with a Gaussian proposal wider than it and off its centre. */
export const shiftedGaussian = (d: number): KnownModel => ({
  name: `a shifted Gaussian in ${d}`,
  energy: makeEnergy({
    event: [d],
    energy: (x) => sub(mul(0.5 / 0.64, sum(square(sub(x, 0.5)), 1)), 1.3),
  }),
  logZ: 1.3 + (d / 2) * Math.log(2 * Math.PI * 0.64),
  ...gaussianProposal(d, 0.3, 1),
  draw: (key, n) =>
    tensor(
      normal(key, [n, d]).data.map((z) => 0.5 + 0.8 * z),
      [n, d],
    ),
});

const MEANS = [
  [-1, -1],
  [1, 1],
];
const modes = mixtureEnergy([2], { means: MEANS, variances: [0.05, 0.05], weights: [2, 1] });

/** A mixture of two Gaussians as a flow: its base alone moves, the coupling layer is the identity. */
function mixtureProposal(sd: number): Pick<KnownModel, "flow" | "flowParams"> {
  const flow = realnvp({ layers: 1, hidden: [4], base: "mixture", components: 2 }, [2]);
  const base = packVectors([[0, 0], MEANS.flat(), Array(4).fill(Math.log(sd))]);
  const params = flow.init(makeKey(0));
  params.set(base, 0);
  return { flow, flowParams: tensor(params) };
}

/** Two modes, twelve standard deviations apart, of weights 2 and 1, times e^{0.7}; the proposal has them equal and wider. */
export const unequalModes: KnownModel = {
  name: "two unequal modes",
  energy: makeEnergy({ event: [2], energy: (x) => add(modes(x), -0.7) }),
  logZ: 0.7,
  ...mixtureProposal(0.28),
  draw: (key, n) => single(modes.exact!.sample!(key, n)),
};

/** The same modes with a proposal that has only the heavier one. */
export const blindModes: KnownModel = {
  ...unequalModes,
  name: "two modes, one of them missed",
  ...gaussianProposal(2, -1, 0.3),
};

const lattice = isingEnergy([3, 3], { coupling: 0.3, field: 0.1, boundary: "free", learn: false });

/** Nine spins, whose states are few enough to be drawn by their probabilities. */
export async function spins(): Promise<KnownModel> {
  const { support, event } = lattice;
  const states = statesOf(support, event, 0, 512);
  const logs = Float64Array.from({ length: 512 }, (_, i) => {
    const at = (r: number, c: number): number => states.data[i * 9 + 3 * r + c]!;
    let total = 0;
    for (let r = 0; r < 3; r++)
      for (let c = 0; c < 3; c++)
        total += 0.1 * at(r, c) + 0.3 * at(r, c) * ((r < 2 ? at(r + 1, c) : 0) + (c < 2 ? at(r, c + 1) : 0));
    return total;
  });
  const { logZ } = await enumeration(() => Promise.resolve(logs), { support, event });
  const probabilities = Array.from(logs, (v) => Math.exp(v - logZ));
  return {
    name: "nine spins",
    energy: lattice,
    logZ,
    draw(key, n) {
      const x = new Float32Array(9 * n);
      categorical(key, probabilities, [n]).forEach((k, i) => {
        x.set(states.data.subarray(9 * k, 9 * k + 9), 9 * i);
      });
      return tensor(x, [n, 3, 3]);
    },
  };
}

/** A known model with chains `(chains, draws, ...event)` and as many rows as a chain has draws. */
export function equipped(
  { energy, flow, flowParams, draw }: KnownModel,
  key: Key,
  { chains = 8, draws = 150 } = {},
): EstimatedModel {
  const x = draw(fold(key, "chains"), chains * draws);
  const rows = draw(fold(key, "rows"), 2 * draws);
  return {
    energy,
    flow,
    flowParams,
    rows,
    chains: tensor(x.data, [chains, draws, ...energy.event]),
  };
}

/** Sizes at which every estimator takes a moment. */
export const quick: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  importance: { draws: 2000 },
  bridge: { draws: 2000 },
  nce: { draws: 2000 },
  ais: { chains: 150, temperatures: 30 },
  "reverse-ais": { chains: 150, temperatures: 30 },
  "thermodynamic-integration": { chains: 150, temperatures: 30 },
  smc: { chains: 80, passes: 12 },
};
