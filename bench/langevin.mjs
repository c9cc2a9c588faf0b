/** 60 unadjusted Langevin steps of a network energy as one program, with the noise given. */

import { neural } from "ebbflow/energies";
import { input, scan } from "ebbflow/ops";
import { fold, makeKey, normal } from "ebbflow/random";
import { compile } from "ebbflow/runtime";
import { energyAndGradient, ula } from "ebbflow/samplers";
import { compileFor, timed } from "./engine.mjs";
import { vector } from "./vector.mjs";

const steps = 60;
const stepSize = 0.005;

/** `depth` hidden layers, points of `d` coordinates. @returns the shared numbers, what they come to, and one call of the program. */
export async function langevin({ batch, width, depth = 2, d = 2 }, engine) {
  const event = [d];
  const energy = neural({ hidden: Array(depth).fill(width) }, { event });
  const key = makeKey(1);
  const given = {
    "params.energy": vector(energy.init(fold(key, "params"))),
    x: normal(fold(key, "x"), [batch, ...event]),
    noise: normal(fold(key, "noise"), [steps, batch, ...event]),
  };
  const symbols = Object.fromEntries(Object.entries(given).map(([name, { shape }]) => [name, input(name, shape)]));
  const { "params.energy": params, x, noise } = symbols;
  const kernel = ula({ energy: (at) => energy(at, params), event, chains: batch }, { stepSize });
  const walk = scan({ init: kernel.init(x), xs: { xi: noise } }, (state, xi) => ({
    state: kernel.step(state, xi).state,
  }));
  const [{ program, walked }, first] = await timed(async () => {
    const program = await compileFor(engine, symbols, { x: walk.state.x });
    return { program, walked: await program.run(given) };
  });
  const check = await compile(
    symbols,
    energyAndGradient((at) => energy(at, params), x),
  );

  return {
    shared: { constants: { stepSize }, tensors: given, layouts: { energy: energy.layout.leaves } },
    results: { ...(await check.run(given)), ...walked },
    first,
    run: async (repeat) => {
      for (let i = 1; i < repeat; i++) await program.run(given);
      return (await program.run(given)).x;
    },
  };
}
