/** Twenty Langevin steps of a small network, twice, on the engines that are asked for. */

import { grad } from "ebbflow/autodiff";
import { add, input, matmul, mul, scan, silu, sub, sum } from "ebbflow/ops";
import { fold, makeKey, normal } from "ebbflow/random";
import { useEngine, webgpuFrom, workerEngine } from "ebbflow/runtime";

if (asked.folder) webgpuFrom(asked.folder);
const said = [];
console.warn = (line) => said.push(line);

const draw = (name, ...shape) => normal(fold(makeKey(3), name), shape);
const given = { x: draw("x", 16, 2), w: draw("w", 2, 8), v: draw("v", 8, 1), xi: draw("xi", 20, 16, 2) };

async function langevin(engine) {
  const symbols = Object.fromEntries(Object.entries(given).map(([n, t]) => [n, input(n, t.shape)]));
  const energy = (x) => add(sum(mul(x, x)), sum(matmul(silu(matmul(x, symbols.w)), symbols.v)));
  const { state } = scan({ init: { x: symbols.x }, xs: { xi: symbols.xi } }, ({ x }, { xi }) => ({
    state: { x: add(sub(x, mul(0.02, grad(energy(x), [x])[0])), mul(0.2, xi)) },
  }));
  const program = await engine.compile(symbols, state, { resident: ["x"] });
  const { x } = await program.run(given);
  // What stays there goes on from where it is.
  const again = await program.run({ ...given, x });
  return { by: program.engine, x: [...(await again.x.read()).data] };
}

const found = {};
for (const name of asked.engines) {
  const worker = asked.worker && workerEngine(name);
  found[name] = {
    here: await langevin(await useEngine(name)),
    ...(worker ? { worker: await langevin(worker) } : {}),
  };
  if (worker) await worker.close();
}
await report({ found, said });
