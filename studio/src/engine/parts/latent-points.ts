import type { FloatTensor } from "ebbflow";
import { tensor } from "ebbflow";
import { keptChains } from "../chain-trace.js";
import type { Part } from "./part.js";

/** Training rows and chains whose place in the base is told, at most. */
const [ROWS, CHAINS] = [600, 400];

/** Where in the base of the flow training rows and the chains of the training come from. */
export const latentPoints: Part = {
  name: "latent-points",
  async compute({ session, programs }) {
    const { data, model } = session;
    if (model.event[0] !== 2) return null;
    const originsOf = async (rows: FloatTensor | null, most: number): Promise<Float32Array | null> => {
      if (!rows) return null;
      const n = Math.min(most, rows.shape[0]!);
      const some = tensor(Float64Array.from(rows.data.subarray(0, 2 * n)), [n, 2]);
      const found = await programs.flowOrigins(data.coordinates.decode(some));
      return found && Float32Array.from(found.data);
    };
    return { rows: await originsOf(data.train, ROWS), chains: await originsOf(keptChains(session), CHAINS) };
  },
};
