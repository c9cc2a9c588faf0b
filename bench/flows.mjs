/** Points drawn from a coupling flow with their log-density, and the log-density of given points. */

import { grad } from "ebbflow/autodiff";
import { realnvp, splineFlow } from "ebbflow/flows";
import { input, mean } from "ebbflow/ops";
import { fold, makeKey, normal } from "ebbflow/random";
import { compileFor, timed } from "./engine.mjs";
import { vector } from "./vector.mjs";

const [d, batch] = [8, 1024];

const flows = {
  realnvp: { make: realnvp, options: { scaleBound: 2 }, size: 2 },
  spline: { make: splineFlow, options: { bins: 8, bound: 4 }, size: 23 },
};

const doing = {
  sample: (model, z, params) => model.sample({ z }, params),
  density: (model, z, params) => ({ logProb: model.logProb(z, params) }),
  gradient: (model, z, params) => ({ gradient: grad(mean(model.logProb(z, params)), [params])[0] }),
};

/** `of`: `sample` from given normals, `density`, or the `gradient` of the mean log-density by the parameters. */
export async function flow({ flow: name, of, layers = 6 }, engine) {
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
  const [{ program, results }, first] = await timed(async () => {
    const program = await compileFor(engine, symbols, doing[of](model, z, params));
    return { program, results: await program.run(given) };
  });
  return {
    shared: {
      constants: { ...options, size, layers, of },
      tensors: given,
      layouts: { flow: model.layout.leaves },
    },
    first,
    results,
    run: async (repeat) => {
      for (let i = 1; i < repeat; i++) await program.run(given);
      return Object.values(await program.run(given))[0];
    },
  };
}
