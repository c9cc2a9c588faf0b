import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it, vi } from "vitest";
import { grad } from "../autodiff/grad.js";
import * as ops from "../ops/index.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import type { OnnxArtifact } from "./artifact.js";
import { choosingPlace } from "./choosing-place.js";
import type { Engine } from "./engine.js";
import { ownHost } from "./own-host.js";
import { placeEngine } from "./place-engine.js";
import { compile } from "./program.js";
import { remoteHost } from "./remote-host.js";
import { countCompilations } from "./session-cache.js";
import { type WorkerEngine, workerEngine } from "./worker-engine.js";
import { onnxWriter } from "./write-onnx.js";

const engines: Pick<WorkerEngine, "close">[] = [];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

function open(): WorkerEngine {
  const engine = workerEngine();
  engines.push(engine);
  return engine;
}

/** An engine with the thread it started. */
async function openBoth(): Promise<{ engine: WorkerEngine; thread: Worker }> {
  const started = new Promise<Worker>((resolve) => process.once("worker", resolve));
  return { engine: open(), thread: await started };
}

const x = ops.input("x", [4, 3]);
const given = () => ({ x: normal(makeKey(3), [4, 3]) });
const square = (): OnnxArtifact => onnxWriter("auto")({ x }, { y: ops.square(x) }, {}) as OnnxArtifact;

/** What a promise is rejected with. */
const reason = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error("not rejected"),
    (error: Error) => error,
  );

/** A program of many steps of a small matrix product: some tenths of a second at least. */
async function long(engine?: Engine) {
  const n = 64;
  const start = ops.input("start", [n, n]);
  const { state } = ops.scan({ init: { s: start }, length: 15_000 }, ({ s }) => ({
    state: { s: ops.tanh(ops.matmul(s, s)) },
  }));
  const { run } = await compile({ start }, { s: state.s }, engine ? { engine } : {});
  return () => run({ start: tensor(new Float32Array(n * n).fill(0.05), [n, n]) });
}

describe("an engine in a thread", () => {
  it("gives the same bytes as the engine of this thread, in every dtype", async () => {
    const d = ops.input("d", [5], "float64");
    const value = ops.sum(ops.silu(ops.matmul(x, ops.transpose(x))));
    const outputs = {
      value,
      gradient: grad(value, [x])[0],
      double: ops.exp(ops.sin(d)),
      order: ops.argmax(d),
      less: ops.less(d, 0),
      same: x,
    };
    const feeds = { ...given(), d: normal(makeKey(4), [5], "float64") };
    const there = await (await compile({ x, d }, outputs, { engine: open() })).run(feeds);
    expect(there).toEqual(await (await compile({ x, d }, outputs)).run(feeds));
    expect(Object.values(there).map(({ dtype }) => dtype)).toEqual([
      "float32",
      "float32",
      "float64",
      "int64",
      "bool",
      "float32",
    ]);
  });

  it("leaves its inputs where they are, also parts of larger arrays, and changes nothing by being asked at once", async () => {
    const { run } = await compile({ x }, { y: ops.mul(x, 2) }, { engine: open() });
    const all = Float32Array.from({ length: 36 }, (_, i) => i);
    const parts = [0, 12, 24].map((from) => tensor(all.subarray(from, from + 12), [4, 3]));
    const doubled = await Promise.all(parts.map((part) => run({ x: part })));
    expect(doubled.flatMap(({ y }) => [...y!.data])).toEqual(Array.from(all, (v) => 2 * v));
    expect([...all]).toEqual(Array.from({ length: 36 }, (_, i) => i));
  });

  it("keeps the event loop of this thread free while it runs", async () => {
    const ticks = async (work: () => Promise<unknown>): Promise<number> => {
      let count = 0;
      const timer = setInterval(() => count++, 20);
      await work();
      clearInterval(timer);
      return count;
    };
    const [here, there] = [await long(), await long(open())];
    expect(await here()).toEqual(await there());
    // The native run begins in the next turn of the event loop; a busy machine may fit one tick before it.
    expect(await ticks(here)).toBeLessThanOrEqual(1);
    expect(await ticks(there)).toBeGreaterThan(3);
  });

  it("has sessions of its own, each created once", async () => {
    const created = async (engine?: Engine): Promise<number> => {
      const before = countCompilations();
      await compile({ x }, { y: ops.cos(ops.add(x, 0.625)) }, engine ? { engine } : {});
      return countCompilations() - before;
    };
    const engine = open();
    expect([await created(), await created(engine)]).toEqual([1, 1]);
    expect([await created(), await created(engine)]).toEqual([0, 0]);
    expect(await created(open())).toBe(1);
  });
});

describe("what goes wrong in the thread", () => {
  it("arrives as the error that the engine of this thread throws, and the thread goes on", async () => {
    const remote = remoteHost();
    engines.push(remote);
    const own = ownHost();
    const good = square();
    const garbage = { ...good, model: Uint8Array.of(1, 2, 3) };
    const [there, here] = [await reason(remote.load(garbage)), await reason(own.load(garbage))];
    expect(here.message).toMatch(/protobuf parsing failed/);
    expect([there.constructor, there.message]).toEqual([here.constructor, here.message]);

    const [mine, its] = [await own.load(good), await remote.load(good)];
    const wrong = { x: tensor(new Float32Array(3)) };
    const refused = await reason(mine.run(wrong, {}, []));
    expect(refused.message).not.toBe("not rejected");
    expect((await reason(its.run(wrong, {}, []))).message).toBe(refused.message);
    const feeds = given();
    expect((await its.run(feeds, {}, [])).outputs).toEqual((await mine.run(feeds, {}, [])).outputs);
    const large = [await own.load({ ...good, large: true }), await remote.load({ ...good, large: true })];
    for (const session of large)
      expect((await session.run(feeds, {}, [])).outputs).toEqual((await mine.run(feeds, {}, [])).outputs);
  });

  it("a thread that dies rejects what is pending and what is asked later", async () => {
    const { engine, thread } = await openBoth();
    const { run } = await compile({ x }, { y: ops.square(x) }, { engine });
    // It no longer listens: what is asked stays unanswered.
    thread.postMessage("end");
    const pending = [run(given()), run(given())].map(reason);
    const message = "worker engine: its thread ended: exit code 0";
    expect((await Promise.all(pending)).map((error) => error.message)).toEqual([message, message]);
    expect((await reason(run(given()))).message).toBe(message);
    expect((await reason(compile({ x }, { y: ops.exp(x) }, { engine }))).message).toBe(message);
  });
});

describe("closing", () => {
  it("rejects what is pending at once, and what is asked later; twice is once", async () => {
    const engine = open();
    const run = await long(engine);
    const pending = [run(), run()].map(reason);
    // By now the thread is in the middle of the first run.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = engine.close();
    for (const error of await Promise.all(pending)) expect(error.message).toBe("worker engine: closed");
    expect((await reason(run())).message).toBe("worker engine: closed");
    await Promise.all([closed, engine.close()]);
  });

  it("a released session cannot run; sessions and tensors that nobody holds are released", async () => {
    const started = new Promise<Worker>((resolve) => process.once("worker", resolve));
    const remote = remoteHost();
    engines.push(remote);
    const thread = await started;
    const session = await remote.load(square());
    await session.release();
    expect((await reason(session.run(given(), {}, []))).message).toBe("worker engine: the session was released");

    await remote.load(square());
    const engine = placeEngine(choosingPlace("worker", remote, "onnx"));
    await (await engine.compile({ x }, { y: ops.square(x) }, { resident: ["y"] })).run(given());
    const posted = vi.spyOn(thread, "postMessage");
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    for (let i = 0; i < 50 && posted.mock.calls.length < 2; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(posted).toHaveBeenCalledWith({ type: "release", session: 1 }, []);
    expect(posted).toHaveBeenCalledWith({ type: "drop", held: 0 }, []);
    expect(engine.name).toBe("worker");
  });
});

describe("a program", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const program = `
    import { input, matmul, scan } from "ebbflow/ops";
    import { compile, workerEngine } from "ebbflow/runtime";
    const s = input("s", [128, 128]);
    const { state } = scan({ init: { s }, length: 5000 }, ({ s }) => ({ state: { s: matmul(s, s) } }));
    const { run } = await compile({ s }, state, { engine: workerEngine() });
    const given = { s: { dtype: "float32", shape: [128, 128], data: new Float32Array(128 ** 2) } };`;
  const ends = (rest: string): Promise<{ stdout: string; code: unknown }> =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", program + rest], { cwd: root }).then(
      ({ stdout }) => ({ stdout, code: 0 }),
      ({ stdout, code }: { stdout: string; code: unknown }) => ({ stdout, code }),
    );

  it("waits for a run, and ends by itself without closing its engine", async () => {
    expect(await ends("console.log((await run(given)).s.data[0]);")).toEqual({ stdout: "0\n", code: 0 });
  });

  it("may exit in the middle of a run", async () => {
    const rest = "void run(given); setTimeout(() => process.exit(5), 100);";
    expect(await ends(rest)).toEqual({ stdout: "", code: 5 });
  });
});
