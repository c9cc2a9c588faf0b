import type { FloatTensor } from "ebbflow";
import { fold, makeKey } from "ebbflow/random";
import { keptChains } from "../chain-trace.js";
import type { Part } from "./part.js";

/** Rows of the data and draws of the flow that are counted, at most; bins; the share beyond either end of them. */
const [ROWS, BINS, TAIL] = [1000, 36, 0.005];

/**
 * How the energies of rows of the data, of the chains and of draws of the flow are spread: shares in bins that all have
 * in common, between `edges (bins + 1)`. What lies beyond the ends is counted in the first and the last one.
 */
export const energyBins: Part = {
  name: "energy-bins",
  async compute({ session, programs }) {
    const { data, config, at } = session;
    const { coordinates } = data;
    const kept = keptChains(session);
    const key = fold(fold(makeKey(config.seed), "studio: energies of the flow"), at().step);
    const points = {
      data: firstOf(coordinates.decode(data.train)),
      chains: kept && firstOf(coordinates.decode(kept)),
      flow: await programs.flowRows(key, ROWS),
    };
    const energies: Partial<Record<keyof typeof points, Float64Array>> = {};
    for (const [name, rows] of Object.entries(points) as [keyof typeof points, FloatTensor | null][])
      if (rows) energies[name] = await programs.energies(rows);
    return binned(energies);
  },
};

function firstOf({ shape, data, dtype }: FloatTensor): FloatTensor {
  const [n, ...event] = shape as [number, ...number[]];
  const taken = Math.min(n, ROWS);
  return { dtype, shape: [taken, ...event], data: data.subarray(0, (taken * data.length) / n) } as FloatTensor;
}

/** Shares of values in common bins, by name; values that are no finite number are left out. */
export function binned(values: Readonly<Partial<Record<string, Float64Array>>>): Record<string, Float64Array> {
  const all = Object.values(values).map((own) => own!.filter(Number.isFinite).sort());
  const ends = (share: number): number[] => all.map((own) => own[Math.round(share * (own.length - 1))]!);
  const [low, high] = [Math.min(...ends(TAIL)), Math.max(...ends(1 - TAIL))];
  const width = (high - low || 1) / BINS;
  const counted = Object.entries(values).map(([name, own]) => {
    const shares = new Float64Array(BINS);
    const finite = own!.filter(Number.isFinite);
    for (const v of finite)
      shares[Math.max(0, Math.min(BINS - 1, Math.floor((v - low) / width)))]! += 1 / finite.length;
    return [name, shares] as const;
  });
  return {
    edges: Float64Array.from({ length: BINS + 1 }, (_, i) => low + i * width),
    ...Object.fromEntries(counted),
  };
}
