/** Chains in threads: a step of all chains by one thread and by several, in turn, on each engine. */

import { availableParallelism } from "node:os";
import { makeEnergy, neural } from "ebbflow/energies";
import { add, mul, square, sum } from "ebbflow/ops";
import { fold, makeKey } from "ebbflow/random";
import { hmc, mala, nuts, sample } from "ebbflow/samplers";
import { middle } from "./rounds.mjs";
import { columns } from "./table.mjs";
import { vector } from "./vector.mjs";

const key = makeKey(1);
const block = 25;
const round = (value) => Number(value.toPrecision(3)).toString();

/** A network and a bowl. */
const network = neural({ hidden: [128, 128] }, { event: [2] });
const energy = makeEnergy({
  event: [2],
  layout: network.layout,
  energy: (x, params) => add(network(x, params), mul(0.5, sum(square(x), 1))),
});
const target = { energy, params: vector(network.init(fold(key, "params"))), chains: 512, warmup: 0, key };

/** Steps of samplers with sizes at which most are accepted. */
const runs = [
  { sampler: mala, options: { stepSize: 0.05 }, draws: 2000 },
  { sampler: hmc, options: { stepSize: 0.2, leapfrogs: 8 }, draws: 400 },
  { sampler: nuts, options: { stepSize: 0.3 }, draws: 150 },
];

/** What a tenth of the values are below: blocks in which nothing else computed. */
const quiet = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 10)];

/** Milliseconds of a step in each block but the first ones, in which threads start and programs are loaded, and the last. */
async function stepTimes(run, workers) {
  const at = [];
  await sample({ ...target, ...run, block, workers, progress: () => at.push(performance.now()) > 0 });
  return at
    .slice(1)
    .map((t, i) => (t - at[i]) / block)
    .slice(2, -1);
}

/** `--rounds` runs of each, by one thread and by as many as there are processors, at most four. */
export async function workers({ rounds, quick }) {
  const most = Math.min(4, availableParallelism());
  const counts = most > 1 ? [1, most] : [1];
  const before = process.env.EBBFLOW_ENGINE;
  const rows = [];
  for (const by of ["c", "wasm", "onnx"]) {
    process.env.EBBFLOW_ENGINE = by;
    for (const run of quick ? runs.slice(0, 1) : runs) {
      const times = counts.map(() => []);
      for (let i = 0; i < rounds; i++)
        for (const [k, count] of counts.entries()) times[k].push(...(await stepTimes(run, count)));
      const [one, more = one] = times.map((of) => ({ middle: middle(of), quiet: quiet(of) }));
      rows.push([
        ...[run.sampler.name, by, round(one.middle), round(more.middle)],
        ...[round(one.middle / more.middle), round(one.quiet / more.quiet)],
      ]);
    }
  }
  if (before === undefined) delete process.env.EBBFLOW_ENGINE;
  else process.env.EBBFLOW_ENGINE = before;
  const head = ["sampler", "engine", "1 thread, ms", `${most} threads, ms`, "ratio", "of quiet blocks"];
  return `a step of 512 chains, energy 2 → 128 → 128 → 1\n${columns([head, ...rows], 2)}`;
}
