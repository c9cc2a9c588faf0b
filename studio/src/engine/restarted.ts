/** A training that goes on by another configuration: what of its state is said anew. */

import { config as configs } from "ebbflow";
import { makeKey } from "ebbflow/random";
import type { ConfiguredSession, SessionCheckpoint } from "ebbflow/train";

type Config = ConfiguredSession["config"];

/**
 * A checkpoint in which single numbers that an objective carries on, such as a step size that adapts, begin as the new
 * configuration says, where the one before said another beginning. Chains and parameters stay.
 * @throws InputError where the configuration makes no objective.
 */
export function restarted(before: Config, session: ConfiguredSession, after: Config): SessionCheckpoint {
  const checkpoint = session.checkpoint();
  const [old, now] = [before, after].map((config) => numbersOf(config, session));
  const changed = Object.entries(now!).filter(([name, { data }]) => {
    const was = old![name]?.data[0];
    return was !== undefined && was !== data[0] && `carry.${name}` in checkpoint.tensors;
  });
  const tensors = Object.fromEntries(changed.map(([name, value]) => [`carry.${name}`, value]));
  return { ...checkpoint, tensors: { ...checkpoint.tensors, ...tensors } };
}

/** Single numbers of the first state of an objective: none of them is random. */
function numbersOf(config: Config, { model, data }: ConfiguredSession) {
  const started = configs.buildIteration(config, model).start(makeKey(config.seed), data.train);
  return Object.fromEntries(Object.entries(started).filter(([, { shape }]) => shape.length === 0));
}
