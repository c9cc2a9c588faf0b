/** Small discrete models of which every state is enumerated in double precision. */

import type { Energy } from "../../src/energies/energy.js";
import { isingEnergy } from "../../src/energies/ising.js";
import { pottsEnergy } from "../../src/energies/potts.js";
import { countStates, statesOf } from "../../src/metrics/log-z/enumeration.js";
import type { Iteration, Model } from "../../src/objectives/objective.js";
import { makeKey } from "../../src/random/key.js";
import { cast, sizeOf, tensor } from "../../src/util/tensor.js";
import { hostIteration } from "./host-iteration.js";
import { numbers } from "./tensors.js";

export interface DiscreteModel {
  readonly name: string;
  readonly model: Model;
  /** Parameters that the data are drawn with. */
  readonly truth: readonly number[];
  /** Every state, flat. */
  readonly states: readonly (readonly number[])[];
  energy(x: readonly number[], theta: readonly number[]): number;
  /** For each state and site, the states with another value there. */
  readonly neighbours: readonly (readonly (readonly number[])[])[];
}

const [HEIGHT, WIDTH] = [2, 2];
const BONDS = [
  [0, 1],
  [2, 3],
  [0, 2],
  [1, 3],
] as const;

function describe(
  name: string,
  lattice: Energy,
  truth: readonly number[],
  energy: DiscreteModel["energy"],
): DiscreteModel {
  const { event, support } = lattice;
  const [d, sites] = [sizeOf(event), HEIGHT * WIDTH];
  const width = d / sites;
  const { data } = statesOf(support, event, 0, countStates(support, event));
  const states = Array.from({ length: data.length / d }, (_, i) => Array.from(data.subarray(i * d, (i + 1) * d)));
  const differs = (a: readonly number[], b: readonly number[]): number[] => [
    ...new Set(a.flatMap((v, i) => (v === b[i] ? [] : [Math.floor(i / width)]))),
  ];
  const neighbours = states.map((a) =>
    Array.from({ length: sites }, (_, site) =>
      states.flatMap((b, j) => {
        const at = differs(a, b);
        return at.length === 1 && at[0] === site ? [j] : [];
      }),
    ),
  );
  return { name, model: { event, energy: lattice }, truth, states, energy, neighbours };
}

const options = { boundary: "free", learn: true } as const;

/** Four spins on a square, parameters coupling and field. */
export const fourSpins = describe(
  "Ising",
  isingEnergy([HEIGHT, WIDTH], { coupling: 0, field: 0, ...options }),
  [0.6, -0.3],
  (x, [j, h]) => -BONDS.reduce((s, [a, b]) => s + j! * x[a]! * x[b]!, 0) - x.reduce((s, v) => s + h! * v, 0),
);

/** Four sites of three categories on a square, parameters coupling and three fields. */
export const fourSites = describe(
  "Potts",
  pottsEnergy([HEIGHT, WIDTH, 3], { coupling: 0, field: [], ...options }),
  [0.8, 0.4, -0.2, 0.1],
  (x, [j, ...field]) =>
    -BONDS.reduce((s, [a, b]) => s + j! * [0, 1, 2].reduce((t, k) => t + x[3 * a + k]! * x[3 * b + k]!, 0), 0) -
    x.reduce((s, v, i) => s + field[i % 3]! * v, 0),
);

/** Probabilities of all states, by enumeration. */
export function lawOf({ states, energy }: DiscreteModel, theta: readonly number[]): number[] {
  const weights = states.map((x) => Math.exp(-energy(x, theta)));
  const z = weights.reduce((s, w) => s + w, 0);
  return weights.map((w) => w / z);
}

/** Loss and its gradient in expectation over states drawn with the true parameters: each state alone, then weighted. */
export async function expectedLoss(
  known: DiscreteModel,
  iteration: Iteration,
  theta: readonly number[],
): Promise<{ loss: number; gradient: number[] }> {
  const { model, states, truth } = known;
  const host = await hostIteration(model, iteration, 1);
  const law = lawOf(known, truth);
  let loss = 0;
  const gradient = theta.map(() => 0);
  for (const [i, x] of states.entries()) {
    const batch = cast(tensor(Float64Array.from(x), [1, ...model.event]), "float32");
    const params = { energy: tensor(Float32Array.from(theta)) };
    const step = await host.step({ params, carry: {}, batch, key: makeKey(0) });
    loss += law[i]! * numbers(step.losses.energy!)[0]!;
    for (const [k, g] of numbers(step.gradients["energy.energy"]!).entries()) gradient[k]! += law[i]! * g;
  }
  return { loss, gradient };
}
