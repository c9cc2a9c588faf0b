import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { grad } from "../autodiff/grad.js";
import { apply1, type Expr, type Op } from "../ir/expr.js";
import * as ops from "../ops/index.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { mapValues } from "../util/records.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import { choosingPlace } from "./choosing-place.js";
import type { Engine, Resident } from "./engine.js";
import { loadRuntime } from "./load-runtime.js";
import { askedEngine } from "./ort-node.js";
import { ownHost } from "./own-host.js";
import { ownPlace } from "./own-place.js";
import { placeEngine } from "./place-engine.js";
import { type WorkerEngine, workerEngine } from "./worker-engine.js";
import { findWriters } from "./writers.js";

afterEach(() => vi.unstubAllEnvs());

const STEPS = 60;
const [CHAINS, HIDDEN, STEP_SIZE] = [16, 32, 0.02];
const key = makeKey(5);
const draw = (name: string, ...shape: number[]): FloatTensor => normal(fold(key, name), shape);

/** Sixty steps of `x ← x − ε ∇E(x) + √(2ε) ξ` in one loop, for a small network plus a bowl. */
function langevin() {
  const feeds = {
    x: draw("x", CHAINS, 2),
    xi: draw("xi", STEPS, CHAINS, 2),
    w1: draw("w1", 2, HIDDEN),
    w2: draw("w2", HIDDEN, HIDDEN),
    w3: draw("w3", HIDDEN, 1),
  };
  const inputs = Object.fromEntries(Object.entries(feeds).map(([n, t]) => [n, ops.input(n, t.shape)])) as Record<
    keyof typeof feeds,
    Expr
  >;
  const energy = (x: Expr): Expr => {
    const h = ops.silu(ops.matmul(x, inputs.w1));
    const network = ops.matmul(ops.silu(ops.mul(ops.matmul(h, inputs.w2), 1 / Math.sqrt(HIDDEN))), inputs.w3);
    return ops.add(ops.sum(ops.square(x), 1), ops.reshape(network, [CHAINS]));
  };
  const { state, outputs } = ops.scan({ init: { x: inputs.x }, xs: { xi: inputs.xi } }, ({ x }, { xi }) => {
    const [g] = grad(ops.sum(energy(x)), [x]);
    const moved = ops.add(ops.sub(x, ops.mul(STEP_SIZE, g)), ops.mul(Math.sqrt(2 * STEP_SIZE), xi));
    return { state: { x: moved }, outputs: { e: energy(x) } };
  });
  return { inputs, outputs: { x: state.x, e: outputs.e }, feeds };
}

async function runOn(engine: Engine): Promise<Record<"x" | "e", Float32Array> & { by: string }> {
  const { inputs, outputs, feeds } = langevin();
  const program = await engine.compile(inputs, outputs);
  const { x, e } = await program.run(feeds);
  return { x: x.data as Float32Array, e: e.data as Float32Array, by: program.engine };
}

const open = {
  onnx: () => placeEngine(ownPlace("onnx")),
  "onnx-wasm": () => placeEngine(ownPlace("onnx-wasm")),
  c: () => placeEngine(ownPlace("c")),
  wasm: () => placeEngine(ownPlace("wasm")),
};
const names = Object.keys(open) as (keyof typeof open)[];
const threads = Object.fromEntries(names.map((name) => [`worker/${name}`, () => workerEngine(name)]));
/** Each engine: what is promised of one is promised of all. */
const engines: Readonly<Record<string, () => Engine & Partial<WorkerEngine>>> = { ...open, ...threads };

describe("every engine", () => {
  it.each(names)("tells programs apart by the numbers they know: %s", async (name) => {
    const x = ops.input("x", [3]);
    const engine = open[name]();
    for (const by of [3.25, 4.75]) {
      // Code reads such numbers from where constants lie: it is the same for both.
      const { run } = await engine.compile({ x }, { y: ops.add(x, ops.constant(tensor(Float32Array.of(by, 1, 2)))) });
      const { y } = await run({ x: tensor(Float32Array.of(1, 2, 3)) });
      expect([...y.data]).toEqual([1 + by, 3, 5]);
    }
  });

  it("follows the same chains for sixty steps", async () => {
    const all = Object.fromEntries(
      await Promise.all(
        Object.entries(engines).map(async ([name, open]) => {
          const engine = open();
          return [name, await runOn(engine).finally(() => engine.close?.())] as const;
        }),
      ),
    );
    // None is compared with itself under another name.
    const { writers } = await findWriters("auto");
    const there = (name: "c" | "wasm") => (writers[name] ? name : "onnx");
    expect(mapValues(all, ({ by }) => by)).toMatchObject({ onnx: "onnx", c: there("c"), wasm: there("wasm") });
    // Where it computes does not matter.
    for (const name of names) expect(all[`worker/${name}`]).toEqual(all[name]);
    const { onnx: a, ...others } = all;
    // The chains have moved: agreement is not that of two untouched starts.
    const start = draw("x", CHAINS, 2).data;
    expect(Math.max(...a!.x.map((v, i) => Math.abs(v - start[i]!)))).toBeGreaterThan(0.5);
    expect(a!.e.length).toBe(STEPS * CHAINS);
    for (const b of Object.values(others))
      for (const name of ["x", "e"] as const) {
        const scale = Math.max(...a![name].map(Math.abs));
        expect(Math.max(...a![name].map((v, i) => Math.abs(v - b[name][i]!)))).toBeLessThan(1e-5 * scale);
      }
  });

  it("is asked for by EBBFLOW_ENGINE; ONNX Runtime computes unless another was chosen", async () => {
    const computes = async (name: string | undefined): Promise<string> => {
      vi.stubEnv("EBBFLOW_ENGINE", name);
      const x = ops.input("x", [3]);
      return (await placeEngine(ownPlace(askedEngine())).compile({ x }, { y: ops.exp(x) })).engine;
    };
    expect(await computes(undefined)).toBe("onnx");
    expect(await computes("onnx-wasm")).toBe("onnx-wasm");
    expect(await computes("wasm")).toBe("wasm");
    expect(["c", "onnx"]).toContain(await computes("c"));
    expect((await loadRuntime("onnx-wasm")).name).toBe("onnx-wasm");
    expect((await loadRuntime("auto")).name).toBe("onnx");
    vi.stubEnv("EBBFLOW_ENGINE", "fast");
    expect(() => askedEngine()).toThrow(InputError);
  });

  it("is chosen for long work, and not for what is soon done", async () => {
    const engine = placeEngine(ownPlace("auto"));
    const { outputs } = langevin();
    expect(await engine.choose(Object.values(outputs), 1)).toBe("onnx");
    expect(await engine.choose(Object.values(outputs), 1e6)).not.toBe("onnx");
    const { inputs, feeds } = langevin();
    const small = { y: ops.sum(inputs.x) };
    const { run, engine: by } = await engine.compile({ x: inputs.x }, small, { by: "wasm" });
    expect(by).toBe("wasm");
    expect((await run({ x: feeds.x })).y!.data[0]).toBeCloseTo(
      (feeds.x.data as Float32Array).reduce((s, v) => s + v, 0),
      4,
    );
  });

  it("is ONNX Runtime where a program cannot be loaded, which is said once; a wrong graph is no such thing", async () => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => {});
    const host = ownHost();
    const broken: typeof host = {
      ...host,
      load: (artifact) => (artifact.engine === "onnx" ? host.load(artifact) : Promise.reject(new Error("no room"))),
    };
    const engine = placeEngine(choosingPlace("here", broken, "wasm"));
    const x = ops.input("x", [3]);
    for (const y of [ops.exp(x), ops.sin(x)]) expect((await engine.compile({ x }, { y })).engine).toBe("onnx");
    await expect(engine.compile({}, { y: ops.exp(x) })).rejects.toThrow("x");
    expect(said.mock.calls).toEqual([["ebbflow: engine wasm: no room; ONNX Runtime computes instead"]]);
    said.mockRestore();
  });

  it("leaves to ONNX Runtime what the compiler has no rule for, in a line where it was asked for by name", async () => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => {});
    const engine = placeEngine(ownPlace("wasm"));
    // An operation of this test alone: what is said once a process nobody else has heard.
    const unknown: Op<null, readonly [Expr]> = {
      name: "unknown",
      infer: ([x]) => [{ shape: x.shape, dtype: x.dtype }],
      lower: (_, [x]) => [x!],
    };
    const x = ops.input("x", [3]);
    for (const place of [engine, placeEngine(ownPlace("auto"))]) {
      const { engine: by } = await place.compile({ x }, { y: apply1(unknown, [x] as const, null) }, { by: "wasm" });
      expect(by).toBe("onnx");
    }
    expect(said.mock.calls).toEqual([
      ["ebbflow: engine wasm: unknown has no kernel; ONNX Runtime computes programs with it"],
    ]);
    said.mockRestore();
  });
});

describe.each(Object.entries(engines))("outputs that stay with the engine: %s", (_, open) => {
  let engine: ReturnType<typeof open>;
  beforeAll(() => {
    engine = open();
  });
  afterAll(() => engine.close?.());

  const [x, v] = [ops.input("x", [3], "float64"), ops.input("v", [2, 2])];
  const numbers = (...values: number[]): FloatTensor => tensor(Float64Array.from(values));

  it("are fed to any program of the engine, and are read as the numbers they would have been", async () => {
    const twice = { y: ops.mul(x, 2), e: ops.exp(x) };
    const kept = await engine.compile({ x }, twice, { resident: ["y"] });
    const given = numbers(0.1, -2, 3);
    const { y, e } = await kept.run({ x: given });
    const host = await (await engine.compile({ x }, twice)).run({ x: given });
    expect([y.dtype, y.shape, "data" in y, e]).toEqual(["float64", [3], false, host.e]);
    expect(await y.read()).toEqual(host.y);
    const again = await kept.run({ x: y });
    expect(await again.y.read()).toEqual(numbers(0.4, -8, 12));
    const other = await engine.compile({ x }, { sum: ops.sum(x), negative: ops.less(x, 0) });
    const { sum, negative } = await other.run({ x: again.y });
    expect([sum.data[0], [...negative.data]]).toEqual([0.4 - 8 + 12, [0, 1, 0]]);
  });

  it("stay as they are, whatever becomes of what was read and of other runs", async () => {
    const { run } = await engine.compile({ x }, { y: ops.mul(x, 2) }, { resident: ["y"] });
    const { y } = await run({ x: numbers(1, 2, 3) });
    await run({ x: y });
    ((await y.read()).data as Float64Array).fill(7);
    expect(await y.read()).toEqual(numbers(2, 4, 6));
  });

  it("may be followed for many steps, to the same bits as through the host", async () => {
    const step = { y: ops.sin(ops.add(ops.mul(x, 1.7), 0.3)) };
    const [stays, goes] = [await engine.compile({ x }, step, { resident: ["y"] }), await engine.compile({ x }, step)];
    let [there, here]: [Tensor | Resident, Tensor] = [numbers(0.1, 0.2, 0.3), numbers(0.1, 0.2, 0.3)];
    for (let i = 0; i < 50; i++) {
      there = (await stays.run({ x: there })).y;
      here = (await goes.run({ x: here })).y;
    }
    expect(await (there as Resident).read()).toEqual(here);
  });

  it("are held to shape and dtype, to their engine, and to not being released", async () => {
    const { run } = await engine.compile({ x }, { y: ops.mul(x, 2) }, { resident: ["y"] });
    const { y } = await run({ x: numbers(1, 2, 3) });
    const matrix = await engine.compile({ v }, { w: ops.add(v, 1) });
    await expect(matrix.run({ v: y })).rejects.toThrow("input v is float64 (3), the program takes float32 (2, 2)");
    const elsewhere = await placeEngine(ownPlace("onnx")).compile({ x }, { z: x });
    await expect(elsewhere.run({ x: y })).rejects.toThrow("run: input x was released, or stays with another engine");
    y.release();
    y.release();
    await expect(run({ x: y })).rejects.toThrow("run: input x was released, or stays with another engine");
    await expect(y.read()).rejects.toThrow("read: the tensor was released");
  });

  it("leave no trace of a run that failed", async () => {
    const { run } = await engine.compile({ x }, { y: ops.mul(x, 2) }, { resident: ["y"] });
    const { y } = await run({ x: numbers(1, 2, 3) });
    await expect(run({})).rejects.toThrow("run: input x is missing");
    expect(await y.read()).toEqual(numbers(2, 4, 6));
  });
});
