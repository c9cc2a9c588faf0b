/** Where the groups of a run are computed, and by how many threads. */

import { usualThreads } from "#thread";
import type { Computes, RunTime } from "../../runtime/engine.js";
import type { Where } from "../../runtime/program.js";
import { sayOnce } from "../../runtime/say-once.js";
import { type WorkerEngine, workerPool } from "../../runtime/worker-engine.js";
import { type Block, compileBlock, framesOf, type KernelSetup, ofChains } from "./block.js";
import { type Axes, axesOf, groupOf, runApart, worthwhile } from "./groups.js";

export interface Apart {
  /** Chains of a group. */
  readonly group: number;
  /** Where the next block is computed: `here`, in this thread, or by others, while this one has time. */
  place(): "here" | "elsewhere";
  /** A block of all chains that is computed group by group, where the next one is. */
  compile(setup: KernelSetup, steps: number): Promise<Block>;
  /** What so many steps took: threads that nobody asked for are opened when it shows that the rest is long. */
  took(steps: number, seconds: number): void;
  /** End the threads that were opened. */
  close(): Promise<void>;
}

export interface ApartOptions {
  readonly by: Computes;
  /** About what a step of all chains takes; `null` where that is not known. */
  readonly step: RunTime | null;
  /** Steps that are to be done. */
  readonly steps: number;
  /** Chains of a group, of a run that goes on. */
  readonly group: number | undefined;
  readonly workers: number | undefined;
}

/** How a run is computed apart; `null` where it is not: its chains belong together, or their steps are soon done. */
export function openApart(setup: KernelSetup, { by, step, steps, workers, ...known }: ApartOptions): Apart | null {
  const chains = setup.like.shape[0]!;
  const group = known.group ?? (step ? groupOf(chains, worthwhile(step)) : chains);
  if (setup.sampler.interacts || group >= chains) return null;
  const axes = axesOf(framesOf(setup, chains), framesOf(setup, group), chains, group);
  if (!axes) return null;
  const threads = setup.where.engine ? 1 : Math.min(chains / group, workers ?? usualThreads());
  const asked = workers !== undefined;
  return apartIn({ axes, group, chains }, { threads, asked, steps }, { ...setup.where, by });
}

/** Seconds that are left of a run from which on other threads are worth opening: they begin to compute after some tenths. */
const LONG = 0.5;

function apartIn(
  split: { readonly axes: Axes; readonly group: number; readonly chains: number },
  { threads, asked, steps }: { readonly threads: number; readonly asked: boolean; readonly steps: number },
  own: Where,
): Apart {
  let pool: WorkerEngine | undefined;
  let left = steps;
  const here = own.engine?.name === "worker" ? "elsewhere" : "here";
  const open = (): void => {
    if (threads > 1) pool ??= workerPool(threads);
  };
  const compileIn = async (setup: KernelSetup, length: number): Promise<Block> => {
    if (asked) open();
    try {
      return await compileBlock({ ...setup, where: pool ? { ...own, engine: pool } : own }, length);
    } catch (error) {
      if (asked || !pool?.isGone()) throw error;
      sayOnce(`ebbflow: ${(error as Error).message}; this thread computes instead`);
      [pool, left] = [undefined, 0];
      return compileIn(setup, length);
    }
  };
  return {
    group: split.group,
    place: () => (pool || (asked && threads > 1) ? "elsewhere" : here),
    async compile(setup, length) {
      const block = await compileIn(ofChains(setup, split.group), length);
      return { ...block, run: (feeds) => runApart(block.run, split.axes, split, feeds) };
    },
    took(done, seconds) {
      left -= done;
      if (!pool && (left * seconds) / done >= LONG) open();
    },
    close: async () => pool?.close(),
  };
}
