import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { describe, expect, it } from "vitest";
import { compute, type Elementary, everyFloat32, type FloatKind } from "../../../test/support/elementary.js";
import { sharedScratch } from "../../../test/support/scratch.js";
import { cMachine } from "../c/c-machine.js";
import { openCTarget } from "../c/compile-c.node.js";
import { isRefused } from "../c/run-tool.node.js";
import type { Callee, Machine } from "../machine.js";
import { instantiate, simdSupport } from "../wasm/instantiate.js";
import { wasmMachine } from "../wasm/machine.js";
import { wasmMemory } from "../wasm/memory.js";
import { atan } from "./atan.js";
import { erf } from "./erf.js";
import { exp } from "./exp.js";
import { log } from "./log.js";
import { sigmoid } from "./sigmoid.js";
import { sign } from "./sign.js";
import { cos, sin } from "./sine.js";
import { tanh } from "./tanh.js";

// Node 20 knows relaxed SIMD and keeps it behind a flag, which later versions ignore.
setFlagsFromString("--experimental-wasm-relaxed-simd");

const functions: readonly Elementary[] = [exp, log, sigmoid, tanh, sin, cos, atan, erf, sign];
const golden: Record<string, readonly (readonly number[])[]> = JSON.parse(
  readFileSync(new URL("../../../test/golden/elementary.json", import.meta.url), "utf8"),
);
const special = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1, -1, 1e30, -1e30];

/** As many of each, and that a multiple of all lanes: for f32 every exponent, for f64 where the golden values are. */
const COUNT = 1536;
const filled = (xs: readonly number[]): number[] => Array.from({ length: COUNT }, (_, i) => xs[i % xs.length]!);
const POINTS: Record<FloatKind, readonly number[]> = {
  f32: filled([...special, ...everyFloat32(4), ...Array.from({ length: 480 }, (_, i) => Math.fround(i / 16 - 15.03))]),
  f64: filled([
    ...special,
    ...Object.values(golden)
      .flatMap((rows) => rows.map((row) => row[0]!))
      .filter((_, i) => i % 2 === 0),
  ]),
};
const BYTES = { f32: 4, f64: 8 } as const;

/** Every function of both kinds, each in the target's own lanes, from the points to its own block of results. */
function writeAll(machine: Machine): Callee {
  return machine.define(3, (to, [f32, f64, into]) => {
    let at = 0;
    for (const kind of ["f32", "f64"] as const)
      for (const f of functions) {
        const lanes = machine.lanes[kind];
        const results = to.at(into!, null, 0, at);
        to.loop({ to: COUNT, step: lanes }, (i) => {
          const x = to.load(kind, lanes, to.at(kind === "f32" ? f32! : f64!, i, BYTES[kind]));
          to.store(to.at(results, i, BYTES[kind]), f(to, x));
        });
        at += 8 * COUNT;
      }
  });
}

/** A way in that takes a table of addresses. */
const entry = (machine: Machine): Callee => {
  const all = writeAll(machine);
  return machine.define(1, (to, [table]) =>
    to.call(
      all,
      [0, 1, 2].map((k) => to.loadPointer(table!, k)),
    ),
  );
};

interface Ran {
  readonly fused: boolean;
  readonly results: ArrayBuffer;
}

const inputs = (): [Float32Array, Float64Array] => [Float32Array.from(POINTS.f32), Float64Array.from(POINTS.f64)];
const RESULTS = 2 * functions.length * 8 * COUNT;

async function onC(): Promise<Ran | string> {
  const target = await openCTarget({ env: { ...process.env, EBBFLOW_CACHE: sharedScratch() } });
  if (isRefused(target)) return target.refused;
  const machine = cMachine(target.processor);
  const arrays = [...inputs(), new Uint8Array(RESULTS)] as const;
  const module = await target.compile(
    machine.finish(
      entry(machine),
      arrays.map((a) => a.byteLength),
    ),
  );
  if (isRefused(module)) throw new Error(module.refused);
  module.run(arrays);
  return { fused: machine.fused, results: arrays[2].buffer };
}

async function onWasm(relaxed: boolean): Promise<Ran | string> {
  if (relaxed && simdSupport() !== "relaxed") return "no relaxed SIMD here";
  const machine = wasmMachine({ relaxed });
  const bytes = machine.finish(entry(machine));
  const { memory, alloc } = wasmMemory();
  const run = await instantiate(bytes, memory);
  const [f32, f64] = inputs();
  const table = alloc(12);
  const places = [f32.byteLength, f64.byteLength, RESULTS].map((size) => alloc(size));
  new Uint32Array(memory.buffer, table, 3).set(places);
  new Float32Array(memory.buffer, places[0], COUNT).set(f32);
  new Float64Array(memory.buffer, places[1], COUNT).set(f64);
  run(table);
  return { fused: machine.fused, results: memory.buffer.slice(places[2]!, places[2]! + RESULTS) };
}

/** What the oracle gives, once for each way of rounding. */
const oracle = new Map<string, readonly number[]>();
function expected(f: Elementary, kind: FloatKind, fused: boolean): readonly number[] {
  const key = `${f.name} ${kind} ${fused}`;
  const known = oracle.get(key) ?? compute(f, kind, POINTS[kind], { lanes: 512, fused }).values;
  oracle.set(key, known);
  return known;
}

const targets = [
  { name: "the C target", ran: await onC() },
  { name: "WebAssembly with SIMD", ran: await onWasm(false) },
  { name: "WebAssembly with relaxed SIMD", ran: await onWasm(true) },
];

describe.each(targets)("$name", ({ ran }) => {
  it.skipIf(typeof ran === "string")("computes every function to the bits of the oracle", () => {
    const { fused, results } = ran as Ran;
    let at = 0;
    for (const kind of ["f32", "f64"] as const)
      for (const f of functions) {
        const got = kind === "f32" ? new Float32Array(results, at, COUNT) : new Float64Array(results, at, COUNT);
        const right = expected(f, kind, fused);
        const wrong = right.findIndex((y, i) => !Object.is(y, got[i]));
        expect(wrong, `${f.name} ${kind} of ${POINTS[kind][wrong]}: ${got[wrong]}, not ${right[wrong]}`).toBe(-1);
        at += 8 * COUNT;
      }
  });
});
