/** An iteration of an objective stepped by hand: host tensors in; losses, every gradient, carry and metrics out. */

import { grad } from "../../src/autodiff/grad.js";
import {
  groupsOf,
  type Iteration,
  type Model,
  type StepInput,
  type StepOutput,
} from "../../src/objectives/objective.js";
import { input } from "../../src/ops/leaf.js";
import type { Key } from "../../src/random/key.js";
import { drawNoise } from "../../src/random/noise.js";
import type { Executable, Tensors } from "../../src/runtime/engine.js";
import { compile } from "../../src/runtime/program.js";
import { mapValues, underPrefix, withPrefix } from "../../src/util/records.js";
import type { FloatTensor, Tensor } from "../../src/util/tensor.js";

export type Vectors = Readonly<Record<string, FloatTensor>>;

export interface HostIteration {
  step(given: {
    readonly params: Vectors;
    readonly carry: Tensors;
    readonly batch: FloatTensor;
    /** One-hot, where the iteration needs them. */
    readonly labels?: FloatTensor;
    readonly key: Key;
  }): Promise<HostStep>;
}

export interface HostStep {
  readonly losses: Tensors;
  /** `energy.flow` is the derivative of the loss of the energy by the parameters of the flow. */
  readonly gradients: Tensors;
  readonly carry: Tensors;
  readonly metrics: Tensors;
}

/** An iteration with inputs of its own: what it is given, and what it makes of that. */
export function traced(model: Model, iteration: Iteration, rows: number): StepInput & { readonly output: StepOutput } {
  const sizes = { flow: 0, ...mapValues(groupsOf(model, iteration), ({ layout }) => layout.size) };
  const given: StepInput = {
    params: mapValues(sizes, (size, name) => input(`params.${name}`, [size])) as StepInput["params"],
    carry: mapValues(iteration.carry, ({ shape, dtype }, name) => input(name, shape, dtype)),
    batch: input("batch", [rows, ...model.event]),
    ...(iteration.labels ? { labels: input("labels", [rows, iteration.labels]) } : {}),
    noise: mapValues(iteration.noise, ({ shape }, name) => input(name, shape)),
  };
  return { ...given, output: iteration.step(given) };
}

/** The inputs of a traced iteration, by the names they are run with. */
export const inputsOf = ({ params, carry, batch, labels, noise }: StepInput): Parameters<typeof compile>[0] => ({
  ...Object.fromEntries(Object.entries(withPrefix("params.", params)).filter(([, e]) => e.shape[0]! > 0)),
  ...withPrefix("carry.", carry),
  batch,
  ...(labels ? { labels } : {}),
  ...withPrefix("noise.", noise),
});

/** Compile an iteration with the derivative of each loss by each group's parameters. */
export async function hostIteration(model: Model, iteration: Iteration, rows: number): Promise<HostIteration> {
  const { output, ...given } = traced(model, iteration, rows);
  const wrt = Object.entries(given.params).filter(([, theta]) => theta.shape[0]! > 0);
  const gradients = Object.fromEntries(
    Object.entries(output.losses).flatMap(([loss, value]) =>
      wrt.map(([group, theta]) => [`${loss}.${group}`, grad(value, [theta])[0]] as const),
    ),
  );
  const program: Executable = await compile(inputsOf(given), {
    ...withPrefix("loss.", output.losses),
    ...withPrefix("gradient.", gradients),
    ...withPrefix("carry.", output.carry),
    ...withPrefix("metric.", output.metrics),
  });
  return {
    async step({ params, carry, batch, labels, key }) {
      const result = await program.run({
        ...withPrefix<Tensor>("params.", params),
        ...withPrefix("carry.", carry),
        batch,
        ...(labels ? { labels } : {}),
        ...withPrefix("noise.", drawNoise(key, iteration.noise)),
      });
      const [losses, own, next, metrics] = ["loss.", "gradient.", "carry.", "metric."].map((p) =>
        underPrefix(p, result),
      );
      return { losses: losses!, gradients: own!, carry: next!, metrics: metrics! };
    },
  };
}
