import { describe, expect, it } from "vitest";
import { grad } from "../autodiff/grad.js";
import type { Expr } from "../ir/expr.js";
import * as ops from "../ops/index.js";
import { InputError, NumericError, ShapeError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { compile, evaluate, expectFinite, program, useEngine } from "./program.js";
import { countCompilations } from "./session-cache.js";

const f32 = (...x: number[]) => tensor(Float32Array.from(x));
const f64 = (...x: number[]) => tensor(Float64Array.from(x));
/** How many sessions some work created. */
async function compilations(work: () => Promise<unknown>): Promise<number> {
  const before = countCompilations();
  await work();
  return countCompilations() - before;
}

describe("where to compute", () => {
  const x = ops.input("x", [3]);

  it.each(["nonsense", "", "auto", "toString"])("is no engine of the name %j", async (by) => {
    await expect(compile({ x }, { y: x }, { by: by as never })).rejects.toThrow(
      /^by is ".*"; expected one of c, wasm, onnx/,
    );
  });

  it("is an engine, not its name nor a promise of one", async () => {
    await expect(compile({ x }, { y: x }, { engine: "c" as never })).rejects.toThrow('await useEngine("c")');
    await expect(compile({ x }, { y: x }, { engine: useEngine("wasm") as never })).rejects.toThrow("await useEngine(");
    await expect(compile({ x }, { y: x }, { engine: {} as never })).rejects.toThrow(InputError);
  });
});

describe("a compiled program", () => {
  const x = ops.input("x", [3]);
  const y = ops.input("y", [3]);
  const outputs = { sum: ops.add(x, y), less: ops.less(x, y), order: ops.argmax(x) };

  it("runs in every dtype, and inputs and outputs keep their names", async () => {
    const { run } = await compile({ x, y }, outputs);
    const got = await run({ y: f32(1, 2, 3), x: f32(4, 1, 3) });
    expect(got).toEqual({
      sum: f32(5, 3, 6),
      less: { dtype: "bool", shape: [3], data: Uint8Array.of(0, 1, 0) },
      order: { dtype: "int64", shape: [], data: BigInt64Array.of(0n) },
    });
    const double = ops.input("d", [2], "float64");
    const third = await (await compile({ double }, { y: ops.div(double, 3) })).run({ double: f64(1, 2) });
    expect(third.y).toEqual(f64(1 / 3, 2 / 3));
  });

  it("gives the same bits for the same inputs, in arrays of their own", async () => {
    const { run } = await compile({ x, y }, { e: ops.exp(ops.mul(x, y)), same: x });
    const given = { x: f32(0.1, 0.2, 0.3), y: f32(3, 2, 1) };
    const first = await run(given);
    const copy = first.e!.data.slice();
    first.e!.data.fill(0 as never);
    first.same!.data.fill(7 as never);
    const second = await run(given);
    expect(second.e!.data).toEqual(copy);
    expect(second.same).toEqual(given.x);
    expect(given.x).toEqual(f32(0.1, 0.2, 0.3));
  });

  it("may take inputs that it does not use, and returns an input as it is", async () => {
    const { run } = await compile({ x, y }, { y });
    expect((await run({ x: f32(1, 2, 3), y: f32(4, 5, 6) })).y).toEqual(f32(4, 5, 6));
  });

  it("compiles nothing at its second run, and shares its session with an equal program", async () => {
    const make = (): Promise<unknown> => {
      const z = ops.input("z", [4]);
      return compile({ z }, { y: ops.sin(ops.add(z, 0.125)) });
    };
    expect(await compilations(make)).toBe(1);
    expect(await compilations(make)).toBe(0);
    const { run } = await compile({ x, y }, outputs);
    expect(await compilations(() => run({ x: f32(1, 2, 3), y: f32(1, 2, 3) }))).toBe(0);
  });

  it("names what is missing or does not fit", async () => {
    const { run } = await compile({ x, y }, outputs);
    const wrong = async (given: Parameters<typeof run>[0]): Promise<string> => {
      const error: unknown = await run(given).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ShapeError);
      return (error as Error).message;
    };
    expect(await wrong({ x: f32(1, 2, 3) })).toBe("run: input y is missing");
    expect(await wrong({ x: f32(1, 2, 3), y: f32(1, 2) })).toBe(
      "run: input y is float32 (2), the program takes float32 (3)",
    );
    expect(await wrong({ x: f64(1, 2, 3), y: f32(1, 2, 3) })).toBe(
      "run: input x is float64 (3), the program takes float32 (3)",
    );
    await expect(compile({ x }, outputs)).rejects.toThrow(
      "compile: the program uses the input y, which it is not given",
    );
  });
});

describe("a function of tensors", () => {
  it("is compiled once for each set of shapes", async () => {
    let builds = 0;
    const gradient = program(({ x }: { x: Expr }) => {
      builds++;
      const [g] = grad(ops.sum(ops.mul(ops.square(x), x)), [x]);
      return { g };
    });
    expect((await gradient({ x: f64(1, 2) })).g).toEqual(f64(3, 12));
    expect(await compilations(() => gradient({ x: f64(3, 4) }))).toBe(0);
    expect(builds).toBe(1);
    expect(await compilations(() => gradient({ x: f64(1, 2, 3) }))).toBe(1);
    expect(await compilations(() => gradient({ x: f32(1, 2, 3) }))).toBe(1);
    expect(builds).toBe(3);
    expect(await compilations(() => gradient({ x: f64(1, 2) }))).toBe(0);
  });

  it("may be called again before the first call is over", async () => {
    const twice = program(({ x }: { x: Expr }) => ({ y: ops.mul(x, 2) }));
    const got = await Promise.all([1, 2, 3].map((v) => twice({ x: f64(v) })));
    expect(got.map(({ y }) => y.data[0])).toEqual([2, 4, 6]);
  });
});

it("the sessions that were used last are kept; a program outlives its place among them", async () => {
  const x = ops.input("x", [2], "float64");
  const make = (n: number) => compile({ x }, { y: ops.add(x, 1000 + n) });
  const first = await make(0);
  const fill = async (from: number, to: number): Promise<void> => {
    for (let n = from; n <= to; n++) await make(n);
  };
  expect(await compilations(() => fill(1, 63))).toBe(63);
  expect(await compilations(() => make(0))).toBe(0);
  expect(await compilations(() => make(64))).toBe(1); // takes the place of 1
  expect(await compilations(() => make(0))).toBe(0);
  expect(await compilations(() => make(1))).toBe(1);
  await fill(100, 163);
  expect(await compilations(() => make(0))).toBe(1);
  expect((await first.run({ x: f64(1, 2) })).y).toEqual(f64(1001, 1002));
});

it("expressions without inputs are evaluated at once", async () => {
  const { a, b } = await evaluate({ a: ops.square(ops.arange(3, "float64")), b: ops.scalar(1, "int64") });
  expect(a).toEqual(f64(0, 1, 4));
  expect(b.data).toEqual(BigInt64Array.of(1n));
});

describe("expectFinite", () => {
  it("passes numbers, and looks at nothing but floats", () => {
    expectFinite("step 3", { x: f32(1, -0, 3e38), i: tensor(BigInt64Array.of(1n)), b: tensor(Uint8Array.of(1)) });
    expectFinite("step 3", {});
  });

  it("names the place, the tensor, the value and the element", () => {
    const at = (data: Float32Array | Float64Array) => () => expectFinite("step 3", { ok: f32(1), loss: tensor(data) });
    expect(at(Float64Array.of(1, Number.NaN, Number.NaN))).toThrow(NumericError);
    expect(at(Float64Array.of(1, Number.NaN))).toThrow("step 3: loss is NaN at element 1 of 2");
    expect(at(Float32Array.of(Number.NEGATIVE_INFINITY))).toThrow("step 3: loss is -Infinity at element 0 of 1");
  });
});

it("an engine is asked for by a name that there is; none is whichever is done first", async () => {
  await expect(useEngine("gpu" as "webgpu")).rejects.toThrow(
    /^useEngine: the engine is "gpu"; expected auto, c, wasm, /,
  );
  expect(await useEngine("" as "auto")).toBe(await useEngine("auto"));
});
