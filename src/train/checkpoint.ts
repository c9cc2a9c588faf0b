/** Everything the rest of a training depends on, as plain data. */

import type { Computes } from "../runtime/engine.js";
import type { Named } from "../util/records.js";
import type { Tensor } from "../util/tensor.js";
import type { HealthFinding, HealthMemory } from "./health.js";
import type { Course } from "./looks.js";

/** The best judgement so far. */
export interface Best {
  readonly step: number;
  readonly value: number;
  /** Looks since then, those that count for two twice: what patience has had of it. */
  readonly since?: number;
}

/** What a checkpoint remembers beside the state; plain data. */
export interface SessionMeta {
  readonly best: Best | null;
  readonly health?: HealthMemory;
  /** What validation rows said of its course, where they are looked at. */
  readonly course?: Course;
  /** Set where the training ended before its last step, since validation rows had not been better for long enough. */
  readonly ended?: true;
  /** Set where the flow is still being fitted. */
  readonly pretraining?: true;
  /** How often the training was set back so far. */
  readonly rollbacks?: number;
  /** What computed its steps: who goes on by another does not arrive at the same bytes. ONNX Runtime where it is not said. */
  readonly engine?: Computes;
  /** Set where it was asked for between two checkpoints of the training's own: none that the training is set back to. */
  readonly between?: true;
  /** Set where the checkpoint is one that the training was set back to. */
  readonly setBack?: true;
}

/** Every pathology that was seen until a checkpoint. */
export const findingsOf = ({ health, course }: Partial<SessionMeta>): readonly HealthFinding[] => [
  ...(health?.found ?? []),
  ...(course?.finding ? [course.finding] : []),
];

/** Everything the rest of a training depends on. */
export interface SessionCheckpoint {
  /** Steps of its stage that are done. */
  readonly step: number;
  readonly tensors: Named<Tensor>;
  readonly meta: SessionMeta;
}
