import type { ConfiguredSession } from "ebbflow/train";
import { keptChains } from "./chain-trace.js";

/** Positions `(n · columns)` of the chains that the objective keeps, in the units of the data; `null` without any. */
export function chainsOf(session: ConfiguredSession): Float32Array | null {
  const kept = keptChains(session);
  return kept && Float32Array.from(session.data.coordinates.decode(kept).data);
}
