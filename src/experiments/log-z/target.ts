/** What a target of the suite is: a model whose log Z is known, with rows of it, as a training would leave them. */

import { type Energy, makeEnergy } from "../../energies/energy.js";
import type { Flow } from "../../flows/flow.js";
import type { Learned } from "../../inference/learned.js";
import type { Model } from "../../objectives/objective.js";
import { fold, type Key } from "../../random/key.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";

export interface KnownModel {
  readonly model: Model;
  readonly learned: Learned;
  /** `log ∫ exp(−E)`, nats. */
  readonly logZ: number;
  /** `n` points of it `(n, ...event)`, single precision: what it was trained on. */
  draw(key: Key, n: number): Promise<FloatTensor>;
}

export interface Target {
  readonly name: string;
  /** What is hard about it. */
  readonly about: string;
  /** Rules of estimators are chosen by looking at `design` alone; `held` shows what they are worth. */
  readonly half: "design" | "held";
  /** Whether the quick budget has it. */
  readonly quick: boolean;
  make(): KnownModel;
}

/** What a target is made of. */
interface Law {
  readonly energy: Energy;
  readonly logZ: number;
  readonly flow?: { readonly flow: Flow; readonly params: FloatTensor };
  draw(key: Key, n: number): FloatTensor | Promise<FloatTensor>;
}

interface Declared extends Pick<Target, "name" | "about" | "half"> {
  readonly quick?: true;
  law(): Law;
}

/** Declare a target. Its law is made when it is needed. */
export const target = ({ quick, law, ...rest }: Declared): Target => ({
  ...rest,
  quick: quick ?? false,
  make() {
    const { energy, logZ, flow, draw } = law();
    const { event, support, blocks } = energy;
    // Without what it knows of its normaliser: that is what is asked.
    const silent = makeEnergy({ event, support, energy: (x) => energy(x), ...(blocks ? { blocks } : {}) });
    return {
      logZ,
      model: { event, energy: silent, ...(flow ? { flow: flow.flow } : {}) },
      learned: { energy: undefined, flow: flow?.params },
      async draw(key, n) {
        const { data, shape } = await draw(fold(key, "rows"), n);
        return tensor(Float32Array.from(data as Float32Array), shape);
      },
    };
  },
});
