/** Spins at the temperature where a lattice orders, whose log Z the transfer matrix knows. */

import { ising as isingEnergy } from "../../energies/ising.js";
import { uniformReference } from "../../estimators/reference.js";
import { fold } from "../../random/key.js";
import { defaultSampler } from "../../samplers/driver/default-sampler.js";
import { sample } from "../../samplers/driver/sample.js";
import { tensor } from "../../util/tensor.js";
import { type Target, target } from "./target.js";

/** Onsager's. */
const CRITICAL = Math.log(1 + Math.SQRT2) / 2;

/** Sweeps from a uniform start: a critical lattice of eight by eight forgets it in about a hundred. */
const SWEEPS = 400;

function lattice(side: number, boundary: "free" | "periodic", facts: Pick<Target, "about" | "half">): Target {
  return target({
    name: `critical Ising, ${side} × ${side}`,
    ...facts,
    law() {
      const energy = isingEnergy({ coupling: CRITICAL, boundary, width: side }, { event: [side * side] });
      return {
        energy,
        logZ: energy.exact!.logZ,
        async draw(key, n) {
          const { x: start } = await uniformReference(energy).draw(fold(key, "start"), n);
          const { x } = await sample({
            ...{ energy, start, chains: n, warmup: SWEEPS, draws: 1, key },
            sampler: defaultSampler(energy),
          });
          return tensor(x.data as Float32Array, [n, side * side]);
        },
      };
    },
  });
}

export const ising = lattice(5, "free", { half: "design", about: "too many states for a sum" });

export const isingLarge = lattice(8, "periodic", { half: "held", about: "a uniform law knows nothing of it" });
