/** Everything the rest of a training depends on, as plain data. */

import type { Named } from "../util/records.js";
import type { Tensor } from "../util/tensor.js";
import type { HealthMemory } from "./health.js";

/** The best judgement so far. */
export interface Best {
  readonly step: number;
  readonly value: number;
}

/** What a checkpoint remembers beside the state; plain data. */
export interface SessionMeta {
  readonly best: Best | null;
  readonly health?: HealthMemory;
  /** Set where the flow is still being fitted. */
  readonly pretraining?: true;
  /** How often the training was set back so far. */
  readonly rollbacks?: number;
  /** Set where it was asked for between two checkpoints of the training's own: none that the training is set back to. */
  readonly between?: true;
  /** Set where the checkpoint is one that the training was set back to. */
  readonly setBack?: true;
}

/** Everything the rest of a training depends on. */
export interface SessionCheckpoint {
  /** Steps of its stage that are done. */
  readonly step: number;
  readonly tensors: Named<Tensor>;
  readonly meta: SessionMeta;
}
