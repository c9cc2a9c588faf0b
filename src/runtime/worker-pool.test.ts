/** Several threads as one engine. */

import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import * as ops from "../ops/index.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import type { EngineName } from "./choose.js";
import { compile, useEngine } from "./program.js";
import { type WorkerEngine, workerPool } from "./worker-engine.js";
import { findWriters } from "./writers.js";

const pools: WorkerEngine[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));
afterEach(() => vi.unstubAllEnvs());

function open(threads: number, asked: EngineName): WorkerEngine {
  const pool = workerPool(threads, asked);
  pools.push(pool);
  return pool;
}

const N = 48;
const key = makeKey(71);
const s = ops.input("s", [N, N]);
const given = (i: number) => normal(fold(key, i), [N, N]);
const graph = () => ({ t: ops.tanh(ops.matmul(s, s)), mean: ops.mean(ops.exp(s)) });
const { writers } = await findWriters("auto");

describe.each((["onnx", "wasm", "c"] as const).filter((name) => name === "onnx" || writers[name]))("on %s", (asked) => {
  it("gives for each of many runs at once what the engine of this thread gives", async () => {
    const pool = open(3, asked);
    const { run } = await compile({ s }, graph(), { engine: pool });
    const own = await compile({ s }, graph(), { engine: await useEngine(asked) });
    const feeds = Array.from({ length: 10 }, (_, i) => ({ s: given(i) }));
    const there = await Promise.all(feeds.map(run));
    for (const [i, feed] of feeds.entries()) expect(there[i]).toEqual(await own.run(feed));
  });

  it("takes what stays with one thread in runs of any", async () => {
    const engine = open(2, asked);
    const square = await compile({ s }, { t: ops.mul(s, s) }, { engine, resident: ["t"] });
    const other = ops.input("other", [N, N]);
    const both = await compile({ s, other }, { sum: ops.add(s, other) }, { engine });
    const kept = await Promise.all([0, 1, 2, 3].map((i) => square.run({ s: given(i) })));
    const sums = await Promise.all(kept.map(({ t }, i) => both.run({ s: t, other: kept[(i + 1) % 4]!.t })));
    for (const [i, { sum }] of sums.entries()) {
      const [a, b] = [given(i).data, given((i + 1) % 4).data];
      const expected = Array.from(a, (v, j) => Math.fround(Math.fround(v * v) + Math.fround(b[j]! ** 2)));
      expect([...sum.data]).toEqual(expected);
    }
  });

  it("answers what was asked of a tensor before it was released", async () => {
    const engine = open(2, asked);
    const next = await compile({ s }, { t: ops.add(s, 1) }, { engine, resident: ["t"] });
    const twice = await compile({ s }, { d: ops.mul(s, 2) }, { engine });
    const { t } = await next.run({ s: given(0) });
    const asks = twice.run({ s: t });
    t.release();
    const { d } = await asks;
    const { d: expected } = await twice.run({
      s: (await compile({ s }, { t: ops.add(s, 1) }, { engine }).then((p) => p.run({ s: given(0) }))).t,
    });
    expect(d).toEqual(expected);
    await expect(twice.run({ s: t })).rejects.toThrow("was released");
  });
});

it.runIf(writers.c !== undefined)("compiles a module once, whatever thread runs it", async () => {
  const folder = scratch();
  const [log, compiler] = [join(folder, "log"), join(folder, "cc")];
  const real = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].find((path) => existsSync(path));
  if (!real) return;
  writeFileSync(
    compiler,
    `#!/bin/sh\nfor a; do case "$a" in module.c) echo "$$" >> "${log}";; esac; done\nexec ${real} "$@"\n`,
  );
  chmodSync(compiler, 0o755);
  vi.stubEnv("EBBFLOW_CC", compiler);
  vi.stubEnv("EBBFLOW_CACHE", join(folder, "cache"));
  const compiled = (): number => readFileSync(log, "utf8").trim().split("\n").length;
  const engine = open(2, "c");
  const first = await compile({ s }, { t: ops.sinh(s) }, { engine });
  expect(first.engine).toBe("c");
  const before = compiled();
  const { run, engine: by } = await compile({ s }, graph(), { engine });
  expect(by).toBe("c");
  await Promise.all([0, 1, 2, 3].map((i) => run({ s: given(i) })));
  expect(compiled() - before).toBe(1);
});

it("rejects what is asked when it is closed, also what waits for a thread", async () => {
  const pool = open(1, "onnx");
  const { run } = await compile({ s }, graph(), { engine: pool });
  const pending = [0, 1, 2].map((i) => run({ s: given(i) }).then(String, (error: Error) => error.message));
  await pool.close();
  expect(await Promise.all(pending)).toEqual(Array(3).fill("worker engine: closed"));
  await expect(run({ s: given(0) })).rejects.toThrow("worker engine: closed");
  expect(pool.isGone()).toBe(true);
});

it("refuses a number of threads that is none", () => {
  for (const threads of [0, -1, 0.5, Number.NaN]) expect(() => workerPool(threads)).toThrow(InputError);
});
