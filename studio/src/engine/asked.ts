/** A question put to a training: what several of its parts need is computed once. */

import type { Box, View } from "./messages.js";
import { gridOf } from "./parts/grid.js";
import { logSum } from "./parts/log-sum.js";
import type { Asked } from "./parts/part.js";

export function askedOf(of: Pick<Asked, "session" | "programs" | "trace">, view: View, whole: Box): Asked {
  const known = new Map<string, Promise<Float64Array>>();
  const energies: Asked["energies"] = ({ box, side }) => {
    const key = JSON.stringify([box, side]);
    const found = known.get(key) ?? of.programs.energies(gridOf({ box, side }).points);
    known.set(key, found);
    return found;
  };
  return {
    ...of,
    ...{ view, whole, energies },
    async logZ() {
      const all = { box: whole, side: view.side };
      return logSum((await energies(all)).map((e) => -e)) + Math.log(gridOf(all).cell);
    },
  };
}
