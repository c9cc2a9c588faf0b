/** Several threads as one host: what is run at once is computed side by side, each run by a thread that is free. */

import { mapValues } from "../util/records.js";
import type { Artifact } from "./artifact.js";
import type { Host, Session } from "./host.js";
import { type RemoteHost, remoteHost } from "./remote-host.js";
import { sayOnce } from "./say-once.js";

/** A tensor that stays with one of the threads. */
export interface InThread {
  readonly thread: number;
  readonly held: number;
}

export interface PoolHost extends Host<InThread> {
  /** End the threads; what they have not answered is rejected at once, and so is whatever is asked later. */
  close(): Promise<void>;
  /** Whether none of the threads is there any more. */
  isGone(): boolean;
}

/** Gives work to threads that are free, in the order in which it was asked for. */
function newQueue(threads: readonly RemoteHost[]) {
  const free = threads.map((_, i) => i);
  const waiting: (() => void)[] = [];
  let lost: Error | undefined;
  let there = threads.length;
  const take = async (): Promise<number> => {
    while (free.length === 0 && there > 0) await new Promise<void>((resolve) => waiting.push(resolve));
    if (there === 0) throw lost;
    return free.shift()!;
  };
  /** A thread that is gone takes no more. */
  const lose = (error: Error): void => {
    lost = error;
    if (--there === 0) for (const resolve of waiting.splice(0)) resolve();
    else sayOnce(`ebbflow: ${error.message}; ${there === 1 ? "one thread goes" : `${there} threads go`} on without it`);
  };
  return {
    /** Work by any thread; by another where one ends meanwhile. Rejects with why they ended when none is left. */
    async byAny<T>(work: (thread: number) => Promise<T>): Promise<T> {
      for (;;) {
        const thread = await take();
        try {
          return await work(thread);
        } catch (error) {
          if (!threads[thread]!.isGone()) throw error;
          if (there > 0) lose(error as Error);
          if (there === 0) throw error;
        } finally {
          if (!threads[thread]!.isGone()) {
            free.push(thread);
            waiting.shift()?.();
          }
        }
      }
    },
    end(): void {
      [lost, there] = [new Error("worker engine: closed"), 0];
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

/** Start so many threads. What an artifact takes to compile the first of them pays; others load it when they first run it. */
export function poolHost(count: number): PoolHost {
  const threads = Array.from({ length: count }, () => remoteHost());
  const queue = newQueue(threads);
  const at = ({ thread }: InThread): RemoteHost => threads[thread]!;
  const runs = new Set<Promise<unknown>>();
  return {
    async load(artifact) {
      const { sessionAt, loaded } = loadedFirst(threads, artifact);
      const { engine } = await queue.byAny(sessionAt);
      const run = async (thread: number, ...[feeds, held, keep]: Parameters<Session<InThread>["run"]>) => {
        const own: Record<string, number> = {};
        const given = { ...feeds };
        for (const [name, one] of Object.entries(held))
          if (one.thread === thread) own[name] = one.held;
          else given[name] = await at(one).read(one.held);
        const session = await sessionAt(thread);
        // The threads are of one machine; else a result would tell which of them it is from.
        if (session.engine !== engine)
          throw new Error(`worker engine: one thread computes by ${engine} and another by ${session.engine}`);
        const { outputs, kept } = await session.run(given, own, keep);
        return { outputs, kept: mapValues(kept, (one) => ({ thread, held: one })) };
      };
      return {
        engine,
        run(feeds, held, keep) {
          const [first] = Object.values(held);
          if (!first) return queue.byAny((thread) => run(thread, feeds, held, keep));
          // What stays somewhere is computed with there.
          const made = run(first.thread, feeds, held, keep);
          const done: Promise<unknown> = made.then(
            () => runs.delete(done),
            () => runs.delete(done),
          );
          runs.add(done);
          return made;
        },
        async release() {
          await Promise.all(loaded().map(async (session) => (await session).release()));
        },
      };
    },
    read: (held) => at(held).read(held.held),
    // What was asked before is answered with it.
    drop: (held) => void Promise.all(runs).then(() => at(held).drop(held.held)),
    async close() {
      queue.end();
      await Promise.all(threads.map((thread) => thread.close()));
    },
    isGone: () => threads.every((thread) => thread.isGone()),
  };
}

/** A session of each thread, loaded when first asked for; by the first before any other, so that compiling is done once. */
function loadedFirst(threads: readonly RemoteHost[], artifact: Artifact) {
  const sessions = new Map<number, Promise<Session<number>>>();
  let first: Promise<unknown> | undefined;
  return {
    loaded: () => [...sessions.values()],
    sessionAt(thread: number): Promise<Session<number>> {
      const known = sessions.get(thread);
      if (known) return known;
      const load = (): Promise<Session<number>> => threads[thread]!.load(artifact);
      const made = first ? first.then(load, load) : load();
      first ??= made;
      sessions.set(thread, made);
      made.catch(() => sessions.delete(thread));
      return made;
    },
  };
}
