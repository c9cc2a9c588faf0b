/** The parameters that a training has arrived at. */

import type { Group } from "../objectives/objective.js";
import type { Named } from "../util/records.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../util/tensor.js";

/** Parameters to evaluate with. */
export interface Learned {
  readonly energy: FloatTensor | undefined;
  readonly flow: FloatTensor | undefined;
}

/** The parameters to evaluate a group with, from the state of a training: the moving average where there is one. */
export function learned(state: Named<Tensor>, group: Group): FloatTensor | undefined {
  const found = state[`average.${group}`] ?? state[`params.${group}`];
  return found && tensor(floats(found), found.shape);
}
