/** The contract of what is drawn over the landscape. */

import type { Numbers, Progress, Started } from "../../engine/messages.js";
import type { Pen } from "../pen.js";

/** All that there is to draw from. */
export interface Scene {
  readonly started: Started;
  readonly progress: Progress | null;
  readonly tails: readonly Float32Array[];
  /** Answers to what the layers and the background asked for, by the names of parts. */
  readonly numbers: Readonly<Record<string, Numbers | null>>;
}

export interface Layer {
  readonly name: string;
  /** What the page calls it. */
  readonly title: string;
  readonly about: string;
  /** The colour of its role. */
  readonly colour: string;
  /** Parts it draws from, by name. */
  readonly needs: readonly string[];
  /** Drawn anew at every step, over those that change with the answers alone. */
  readonly moves?: true;
  /** Drawn from rows and chains alone: in the base of the flow it is drawn from where those come from. */
  readonly inBase?: true;
  draw(pen: Pen, scene: Scene): void;
}
