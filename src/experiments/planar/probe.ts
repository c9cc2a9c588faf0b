/** One iteration of a method looked into, the parameters standing still: where its chains start and where they end. */

import type { RunConfig } from "../../config/config.js";
import { buildIteration } from "../../config/prepare.js";
import { groupsOf, type Model, type StepInput } from "../../objectives/objective.js";
import { input } from "../../ops/leaf.js";
import type { Key } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { compile } from "../../runtime/program.js";
import type { TrainState } from "../../train/trainer.js";
import { defined, mapValues, underPrefix, withPrefix } from "../../util/records.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../../util/tensor.js";

/** What an iteration does with its chains. */
export interface Probed {
  /** `(n, 2)` in the coordinates of the model, as `negatives`. */
  readonly start: FloatTensor;
  readonly negatives: FloatTensor;
  /** What the iteration leaves of its carry. */
  readonly carry: Readonly<Record<string, Tensor>>;
}

export type Probe = (state: TrainState, batch: FloatTensor, key: Key) => Promise<Probed>;

const points = (t: Tensor): FloatTensor => tensor(floats(t), t.shape);

/** `null` where the objective has no chains to look at. */
export async function probeOf(config: RunConfig, model: Model): Promise<Probe | null> {
  const iteration = buildIteration(config, model);
  const groups = groupsOf(model, iteration);
  const params = mapValues(groups, ({ layout }, g) => input(`params.${g}`, [layout.size])) as StepInput["params"];
  const carry = mapValues(iteration.carry, ({ shape, dtype }, name) => input(`carry.${name}`, shape, dtype));
  const batch = input("batch", [config.batch, ...model.event]);
  const noise = mapValues(iteration.noise, ({ shape }, name) => input(name, shape));
  const { chains, carry: left } = iteration.step({ params, carry, batch, noise });
  if (!chains) return null;
  const sized = defined(mapValues(params, (p) => (p.shape[0] === 0 ? undefined : p)));
  const kept = { ...withPrefix("params.", sized), ...withPrefix("carry.", carry) };
  const program = await compile(
    { ...kept, batch, ...withPrefix("noise.", noise) },
    { start: chains.start, negatives: chains.negatives, ...withPrefix("carry.", left) },
  );
  return async (state, rows, key) => {
    const given = mapValues(kept, (_, name) => state[name]!);
    const drawn = withPrefix("noise.", drawNoise(key, iteration.noise));
    const found = await program.run({ ...given, batch: rows, ...drawn });
    return {
      start: points(found.start!),
      negatives: points(found.negatives!),
      carry: withPrefix("carry.", underPrefix("carry.", found)),
    };
  };
}
