/** Points drawn from a coupling flow with their log-density, and the log-density of given points. */

import { realnvp, splineFlow } from "ebbflow/flows";
import { input } from "ebbflow/ops";
import { fold, makeKey, normal } from "ebbflow/random";
import { compileFor } from "./engine.mjs";
import { vector } from "./vector.mjs";

const [d, batch, layers] = [8, 1024, 6];

const flows = {
  realnvp: { make: realnvp, options: { scaleBound: 2 }, size: 2 },
  spline: { make: splineFlow, options: { bins: 8, bound: 4 }, size: 23 },
};

/** `of`: `sample` from given normals, or `density`. */
export async function flow({ flow: name, of }, engine) {
  const { make, options, size } = flows[name];
  const model = make({ layers, hidden: [64, 64], ...options }, [d]);
  const key = makeKey(7);
  const [begun, apart] = [model.init(fold(key, "params")), normal(fold(key, "apart"), [model.layout.size]).data];
  const given = {
    // Away from the identity, where flows begin.
    "params.flow": vector(begun.map((v, i) => v + 0.05 * apart[i])),
    z: normal(fold(key, "z"), [batch, d]),
  };
  const symbols = Object.fromEntries(Object.entries(given).map(([n, { shape }]) => [n, input(n, shape)]));
  const { "params.flow": params, z } = symbols;
  const outputs = of === "sample" ? model.sample({ z }, params) : { logProb: model.logProb(z, params) };
  const program = await compileFor(engine, symbols, outputs);
  return {
    shared: {
      constants: { ...options, size, layers, sampling: of === "sample" ? 1 : 0 },
      tensors: given,
      layouts: { flow: model.layout.leaves },
    },
    results: await program.run(given),
    run: async (repeat) => {
      for (let i = 1; i < repeat; i++) await program.run(given);
      return (await program.run(given)).logProb;
    },
  };
}
