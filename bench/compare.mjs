/** A case at one size: every contender computes the same, then all are timed in turn. */

import { join } from "node:path";
import { chainsOf, effectiveSampleSize } from "ebbflow/metrics";
import { expectAgreement } from "./agree.mjs";
import { cases, showSize } from "./cases.mjs";
import { compare, least, middle, timeInTurn } from "./rounds.mjs";

/** Prepare a case in every child that has it: who takes part, what the first call took where a case tells, and what `auto` chose. */
async function prepareAll(all, kind, size, file, say) {
  const what = `${kind} ${showSize(size)}`;
  const taking = [];
  const first = {};
  let [reference, auto] = [null, null];
  for (const one of all.filter(({ missing }) => !missing)) {
    if (!one.ours && !cases[kind].peers.includes(one.name)) continue;
    const { results, computed, first: ms } = await one.ask({ prepare: one.ours ? { kind, size, file } : file });
    if (reference)
      say(
        `${what}: ${one.name} agrees to ${expectAgreement(`${what}: ${one.name}`, reference, results).toExponential(1)}`,
      );
    reference ??= results;
    first[one.name] = ms;
    if (one.name === "auto") {
      auto = computed;
      // What was chosen is timed as itself.
      if (!taking.some(({ name }) => name === computed)) taking.push(one);
    } else if (one.ours && computed !== one.name) say(`${what}: ${one.name} leaves it to ${computed}`);
    else taking.push(one);
  }
  return { taking, first, auto };
}

/** Bulk effective draws of the coordinate with the fewest, of draws `(chains, n, d)`. */
function leastEss({ shape, data }) {
  const x = { dtype: "float64", shape, data: Float64Array.from(data) };
  return least(Array.from({ length: shape[2] }, (_, i) => effectiveSampleSize(chainsOf(x, i)).bulk));
}

/** @returns `{ case, size, auto, rounds, times: { NAME: { ms, least } }, ratios: [{ ours, peer, ratio, low, high, ofLeast }] }` */
export async function measure(all, kind, size, { rounds, ms, clock, folder, say }) {
  const file = join(folder, `${kind}-${showSize(size)}.json`);
  const { taking, first, auto } = await prepareAll(all, kind, size, file, say);
  const { unitsPerCall, draws } = cases[kind];
  const calls = await timeInTurn(taking, { rounds, ms, clock });
  const series = Object.fromEntries(taking.map(({ name }, i) => [name, calls[i].map((time) => time / unitsPerCall)]));
  const times = Object.fromEntries(
    Object.entries(series).map(([name, of]) => [name, { ms: middle(of), least: least(of) }]),
  );
  if (draws)
    for (const one of taking)
      Object.assign(times[one.name], { first: first[one.name], ess: leastEss(await one.ask({ draws })) / draws });
  const [ours, peers] = [taking.filter((one) => one.ours), taking.filter((one) => !one.ours)];
  const ratios = ours.flatMap(({ name }) =>
    peers.map((peer) => ({ ours: name, peer: peer.name, ...compare(series[name], series[peer.name]) })),
  );
  return { case: kind, size: showSize(size), auto, rounds, times, ratios };
}
