/** Steps of which only a part is kept: states are records, so what a part must not touch is put back. */

import type { SessionCheckpoint } from "ebbflow/train";
import type { StepKind } from "./messages.js";

/** Whether an entry of the state belongs to what moves in a step of a kind. */
const moves: Readonly<Record<StepKind, (name: string) => boolean>> = {
  all: () => true,
  energy: (name) => !isOf(name, "flow"),
  flow: (name) => !isOf(name, "energy"),
  sampler: (name) => name.startsWith("carry."),
};

const isOf = (name: string, group: string): boolean => {
  const [kind, owner] = name.split(".");
  return kind !== "carry" && owner === group;
};

/** The state after a step as if it had moved one part alone. */
export const withOnly = (kind: StepKind, before: SessionCheckpoint, after: SessionCheckpoint): SessionCheckpoint => ({
  ...after,
  tensors: Object.fromEntries(
    Object.entries(after.tensors).map(([name, t]) => [
      name,
      moves[kind](name) || name === "step" ? t : before.tensors[name]!,
    ]),
  ),
});
