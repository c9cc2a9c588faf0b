/** The contract of what a page can ask of a training as it stands: numbers for a layer of the landscape, or for a panel. */

import type { ConfiguredSession } from "ebbflow/train";
import type { ChainTrace } from "../chain-trace.js";
import type { Box, Numbers, View } from "../messages.js";
import type { Programs } from "../programs.js";

/** A question, with what its parts have in common. */
export interface Asked {
  readonly session: ConfiguredSession;
  readonly programs: Programs;
  /** Where its chains were over the last steps. */
  readonly trace: ChainTrace;
  readonly view: View;
  /** All of the plane, whatever the view. */
  readonly whole: Box;
  /** Energies at the cells of a view: computed once for all parts that need them. */
  energies(view: Pick<View, "box" | "side">): Promise<Float64Array>;
  /** log Z by the energies over all of the plane: exact but for the grid, where that holds all of the mass. */
  logZ(): Promise<number>;
}

export interface Part {
  /** By what a page asks for it. */
  readonly name: string;
  /** Numbers of the present state, in the units of the data. `null` where this training has none. */
  compute(at: Asked): Promise<Numbers | null>;
}
