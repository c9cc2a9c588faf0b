/** Runs of chains whose groups are computed in threads: the same draws by any number of them, and nothing left behind. */

import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { skewed } from "../../../test/support/sampler-targets.js";
import { chainErrors } from "../../../test/support/statistics.js";
import { numbers } from "../../../test/support/tensors.js";
import { makeEnergy } from "../../energies/energy.js";
import { neural } from "../../energies/neural.js";
import { add, mul, square } from "../../ops/arithmetic.js";
import { sum } from "../../ops/shape.js";
import { fold, makeKey } from "../../random/key.js";
import { useEngine } from "../../runtime/program.js";
import { workerEngine, workerPool } from "../../runtime/worker-engine.js";
import { InputError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { mala } from "../kernels/mala.js";
import { nuts } from "../kernels/nuts.js";
import { svgd } from "../kernels/svgd.js";
import type { SampleCheckpoint } from "./position.js";
import { type SampleRun, sample } from "./sample.js";
import type { Samples } from "./samples.js";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A network that is large enough for groups of its chains to be worth it on every engine, and a bowl. */
const network = neural({ hidden: [256, 256] }, { event: [2] });
const energy = makeEnergy({
  event: [2],
  layout: network.layout,
  energy: (x, params) => add(network(x, params), mul(0.5, sum(square(x), 1))),
});
const key = makeKey(31);
const params = tensor(network.init(fold(key, "params")));
const CHAINS = 96;
const run = { energy, params, sampler: mala, chains: CHAINS, warmup: 160, draws: 20, block: 10, key } as const;

/** What a run gives, without what it took. */
const bits = ({ cost: _, ...rest }: Samples) => rest;
const groupsOf = ({ terms }: SampleCheckpoint): number =>
  CHAINS / (JSON.parse(String.fromCodePoint(...numbers(terms!))) as { group: number }).group;

/** The threads that are started meanwhile, and those of them that are still there. */
async function watched<T>(work: (threads: Worker[]) => Promise<T>) {
  const threads: Worker[] = [];
  const there = new Set<Worker>();
  const seen = (thread: Worker): void => {
    threads.push(thread);
    there.add(thread);
    thread.once("exit", () => there.delete(thread));
  };
  process.on("worker", seen);
  try {
    return { result: await work(threads), threads: threads.length, left: there.size };
  } finally {
    process.off("worker", seen);
  }
}

const reason = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error("not rejected"),
    (error: Error) => error,
  );

describe("what computed a run", () => {
  const short = { ...run, chains: 4, warmup: 0, draws: 10 };

  it("is told of it, and where another goes on, that it does", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const engine = await useEngine("wasm");
    const first = await sample({ ...short, engine });
    expect(first.engine).toBe("wasm");
    await sample({ ...short, engine, draws: 12, resume: first.checkpoint });
    expect(warned).not.toHaveBeenCalled();
    const rest = await sample({ ...short, engine: await useEngine("onnx"), draws: 12, resume: first.checkpoint });
    expect(rest.engine).toBe("onnx");
    expect(warned.mock.calls.flat().join()).toMatch(/began by wasm and goes on by onnx/);
  });

  it("may be an engine that is named with one thread, and not with more", async () => {
    const engine = await useEngine("wasm");
    expect((await sample({ ...short, engine, workers: 1 })).engine).toBe("wasm");
    expect((await reason(sample({ ...short, engine, workers: 2 }))).message).toMatch(/workerPool\(threads\)/);
    expect((await reason(sample({ ...short, engine: "c" as never }))).message).toMatch(/await useEngine\("c"\)/);
  });
});

describe.each(["onnx", "wasm"])("chains in threads, on %s", (engine) => {
  it("have the same bits for any number of threads, which end with the run", async () => {
    vi.stubEnv("EBBFLOW_ENGINE", engine);
    const one = await watched(() => sample({ ...run, workers: 1 }));
    const more = [];
    for (const workers of [2, 3]) more.push(await watched(() => sample({ ...run, workers })));
    const groups = groupsOf(one.result.checkpoint);
    expect(groups).toBeGreaterThan(1);
    expect([one, ...more].map(({ threads, left }) => [threads, left])).toEqual([
      [0, 0],
      [2, 0],
      [Math.min(3, groups), 0],
    ]);
    for (const { result } of more) expect(bits(result)).toEqual(bits(one.result));
    // In the end all chains share, whatever teams have found: one step size of all but those that are far off.
    const { checkpoint, tuned } = one.result;
    const alone = numbers(checkpoint["averaging.shared"]!).filter((v) => v === 0).length;
    expect(alone).toBeLessThan(CHAINS / 4);
    expect(new Set(tuned.stepSize).size).toBeLessThanOrEqual(1 + alone);
  });

  it("go on with another number of them as if they had never stopped, from the warm-up and after it", async () => {
    vi.stubEnv("EBBFLOW_ENGINE", engine);
    const whole = await sample({ ...run, workers: 1 });
    for (const [stop, workers] of [
      [90, 1],
      [162, 2],
    ] as const) {
      const part = await sample({ ...run, workers: 3 - workers, progress: ({ done }) => done < stop });
      expect(part.complete).toBe(false);
      const rest = await sample({ ...run, workers, resume: part.checkpoint });
      expect(rest.checkpoint).toEqual(whole.checkpoint);
    }
  });
});

describe("what ends a run", () => {
  const long = { ...run, workers: 2, draws: 1000 } satisfies SampleRun<typeof mala.options>;

  it("ends its threads: a signal, an error, a refused start", async () => {
    const stop = new AbortController();
    const stopped = await watched(() =>
      sample({
        ...{ ...long, signal: stop.signal },
        progress: ({ done }) => {
          if (done >= 170) stop.abort();
          return true;
        },
      }),
    );
    expect([stopped.result.complete, stopped.threads, stopped.left]).toEqual([false, 2, 0]);
    const failing = await watched(() =>
      reason(
        sample({
          ...long,
          progress: () => {
            throw new Error("no more");
          },
        }),
      ),
    );
    expect([failing.result.message, failing.threads, failing.left]).toEqual(["no more", 2, 0]);
    const other = await watched(() => reason(sample({ ...long, draws: 10, resume: { x: params } })));
    expect(other.result).toBeInstanceOf(InputError);
    expect([other.threads, other.left]).toEqual([0, 0]);
  });

  it("is no thread that is lost, as long as another is there: its groups are computed again", async () => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { result, left } = await watched((threads) =>
      sample({
        ...{ ...run, workers: 2 },
        progress: ({ done }) => {
          // It no longer listens: what is asked stays unanswered.
          if (done >= 90) threads[0]!.postMessage("end");
          return true;
        },
      }),
    );
    expect(bits(result)).toEqual(bits(await sample({ ...run, workers: 1 })));
    expect(left).toBe(0);
    expect(said.mock.calls.flat().join("\n")).toMatch(/its thread ended: exit code 0; one thread goes on/);
  });

  it("is the loss of all of them, in one line", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const { result, left } = await watched((threads) =>
      reason(
        sample({
          ...long,
          progress: () => {
            for (const thread of threads) thread.postMessage("end");
            return true;
          },
        }),
      ),
    );
    expect(result.message).toMatch(/^worker engine: its thread ended: [^\n]*$/);
    expect(left).toBe(0);
  });
});

it("independent runs, and their groups, are computed side by side by one engine of several threads", async () => {
  const keys = [1, 2, 3].map((i) => fold(key, i));
  const { threads, left } = await watched(async () => {
    const engine = workerPool(2);
    const there = await Promise.all(keys.map((own) => sample({ ...run, warmup: 0, key: own, engine })));
    await engine.close();
    for (const [i, own] of keys.entries())
      expect(bits(there[i]!)).toEqual(bits(await sample({ ...run, warmup: 0, key: own, workers: 1 })));
  });
  expect([threads, left]).toEqual([2, 0]);
});

describe("what is not divided", () => {
  it("are chains that are one population, few chains, and steps that are soon done", async () => {
    const cases: SampleRun[] = [
      { ...run, sampler: svgd as never, warmup: 0 },
      { ...run, chains: 8, warmup: 0 },
      { ...run, energy: skewed.energy, params: undefined, warmup: 0 },
    ];
    for (const given of cases) {
      const { result, threads } = await watched(() => sample({ ...given, workers: 2 }));
      expect(threads).toBe(0);
      expect(bits(result)).toEqual(bits(await sample({ ...given, workers: 1 })));
    }
  });

  it("is a number of workers that is none, or one beside an engine", async () => {
    for (const workers of [0, -1, 1.5, Number.NaN])
      expect((await reason(sample({ ...run, workers }))).message).toMatch(/workers must be a whole number/);
    const engine = workerEngine();
    expect((await reason(sample({ ...run, workers: 2, engine }))).message).toMatch(/leave one out/);
    await engine.close();
  });
});

it("teams of chains that adapt apart find a skewed law", async () => {
  vi.stubEnv("EBBFLOW_ENGINE", "wasm");
  // Beside the law there is a network that is worth dividing, of weights that are all but zero.
  const wide = neural({ hidden: [256, 256] }, { event: [1] });
  const law = makeEnergy({
    event: [1],
    layout: wide.layout,
    energy: (x, p) => add(skewed.energy(x), wide(x, p)),
  });
  const { x, checkpoint, tuned } = await sample({
    ...{ energy: law, params: tensor(wide.init(key).map((v) => 1e-6 * v)), sampler: nuts, chains: CHAINS },
    ...{ warmup: 200, draws: 100, key, workers: 2 },
  });
  expect(groupsOf(checkpoint)).toBeGreaterThan(1);
  expect(tuned.stepSize!.every((v) => v > 0.1 && v < 10)).toBe(true);
  const chains = { shape: [CHAINS, 100] as const, data: Float64Array.from(numbers(x)) };
  expect(chainErrors("y", chains, skewed.views[0]!.law, 1000)).toEqual([]);
});
