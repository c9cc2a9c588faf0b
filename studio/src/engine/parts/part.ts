/** The contract of what a page can ask of a training as it stands: numbers for a layer of the landscape, or for a panel. */

import type { ConfiguredSession } from "ebbflow/train";
import type { Numbers, View } from "../messages.js";
import type { Programs } from "../programs.js";

export interface Part {
  /** By what a page asks for it. */
  readonly name: string;
  /** Numbers of the present state, in the units of the data. `null` where this training has none. */
  compute(at: {
    readonly session: ConfiguredSession;
    readonly programs: Programs;
    readonly view: View;
  }): Promise<Numbers | null>;
}
