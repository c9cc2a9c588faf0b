/** Numbers as other kinds, bits as other kinds, lanes put together and taken apart, and constants. */

import { expect } from "vitest";
import type { Assembler, Kind, Stored, Value } from "../../../src/compiler/machine.js";
import { elementwise } from "./elementwise-cases.js";
import {
  bytesOf,
  eachPlace,
  expectSame,
  fromBytes,
  isFloat,
  kinds,
  type LaneCounts,
  lanesOf,
  type MachineCase,
  type Numbers,
  roundTo,
  specials,
  toBytes,
  truthNumbers,
  zeros,
} from "./machine-case.js";

const limits = { i32: [-(2n ** 31n), 2n ** 31n - 1n], i64: [-(2n ** 63n), 2n ** 63n - 1n] } as const;

/** The same number as another kind, as the contract has it. */
function converted(x: number | bigint, to: Stored): number | bigint {
  if (to === "f64") return Number(x);
  // Rounded once: a bigint first to an odd neighbour in 53 bits would be another number only beyond these specials.
  if (to === "f32") return Math.fround(Number(x));
  if (typeof x === "bigint" || Number.isInteger(x)) return saturated(BigInt(x), to, typeof x === "bigint");
  if (Number.isNaN(x)) return to === "i64" ? 0n : 0;
  if (!Number.isFinite(x)) return to === "i64" ? limits.i64[x > 0 ? 1 : 0] : Number(limits.i32[x > 0 ? 1 : 0]);
  return saturated(BigInt(Math.trunc(x)), to, false);
}

function saturated(x: bigint, to: "i32" | "i64", wraps: boolean): number | bigint {
  if (to === "i64") return x < limits.i64[0] ? limits.i64[0] : x > limits.i64[1] ? limits.i64[1] : x;
  if (wraps) return Number(BigInt.asIntN(32, x));
  return Number(x < limits.i32[0] ? limits.i32[0] : x > limits.i32[1] ? limits.i32[1] : x);
}

/** One number at a time, from any kind to any kind, also by way of an index. */
function plainConversions(): MachineCase[] {
  return kinds.flatMap((from) => {
    const numbers = specials(from) as readonly number[];
    const one = (
      name: string,
      result: Stored,
      chosen: readonly number[],
      write: (to: Assembler, x: Value) => Value,
      rule: (x: number) => number | bigint,
    ) =>
      elementwise({
        ...{ name, kind: from, lanes: 1, operands: [chosen], result },
        write: (to, [x]) => write(to, x!),
        expected: () => chosen.map(rule) as unknown as Numbers,
      });
    const direct = kinds.map((result) =>
      one(
        `convert to ${result}`,
        result,
        numbers,
        (to, x) => to.convert(x, result),
        (x) => converted(x, result),
      ),
    );
    // What 32 bits hold: an index need not hold more.
    const small = numbers.filter((x) => Math.abs(Number(x)) < 2 ** 31);
    const whole = (x: number): number => Number(converted(x, "i32"));
    const byIndex = kinds.map((result) =>
      one(
        `convert to index and ${result}`,
        result,
        small,
        (to, x) => to.convert(to.convert(x, "index"), result),
        (x) => converted(result === "i64" ? BigInt(whole(x)) : whole(x), result),
      ),
    );
    return [...direct, ...byIndex];
  });
}

/** f32 and i32, several at a time. */
function wideConversions(counts: LaneCounts): MachineCase[] {
  const small = (specials("f32") as readonly number[]).map((x) => (Math.abs(x) < 2 ** 30 ? x : 77.7));
  const ints = specials("i32") as readonly number[];
  return counts.four.flatMap((lanes) => [
    elementwise({
      ...{ name: "convert to i32 in range", kind: "f32", lanes, operands: [small], result: "i32" },
      write: (to, [x]) => to.convert(x!, "i32"),
      expected: () => small.map((x) => Math.trunc(x) | 0),
    }),
    // −0.5 comes back as 0, never as −0.
    elementwise({
      ...{ name: "convert to i32 and back", kind: "f32", lanes, operands: [small], result: "f32" },
      write: (to, [x]) => to.convert(to.convert(x!, "i32"), "f32"),
      expected: () => small.map((x) => Math.trunc(x) + 0),
    }),
    elementwise({
      ...{ name: "convert to f32", kind: "i32", lanes, operands: [ints], result: "f32" },
      write: (to, [x]) => to.convert(x!, "f32"),
      expected: () => ints.map(Math.fround),
    }),
  ]);
}

const otherOf: { readonly [K in Stored]: Stored } = { f32: "i32", i32: "f32", f64: "i64", i64: "f64" };

function bitCases(kind: Stored, lanes: number): MachineCase[] {
  const numbers = specials(kind);
  const other = otherOf[kind];
  return [
    elementwise({
      ...{ name: `bits as ${other}`, kind, lanes, operands: [numbers], result: other },
      write: (to, [x]) => to.bits(x!, other),
      expected: () => fromBytes(other, toBytes(kind, numbers)),
    }),
  ];
}

/** Every constant in all lanes, truth as well. */
function constants(kind: Stored, lanes: number): MachineCase[] {
  const numbers = specials(kind) as readonly number[];
  const size = bytesOf[kind];
  const mask: Kind = size === 4 ? "mask32" : "mask64";
  const int: Stored = size === 4 ? "i32" : "i64";
  const truths = int === "i64" ? [0n, 1n] : [0, 1];
  const repeated = (xs: readonly unknown[]): Numbers => xs.flatMap((x) => Array(lanes).fill(x)) as unknown as Numbers;
  return [
    {
      title: `constants, ${kind} × ${lanes}`,
      regions: [zeros(kind, numbers.length * lanes), zeros(int, 2 * lanes)],
      write(to, [out, truth]) {
        numbers.forEach((x, k) => {
          to.store(out!, to.constant(kind, lanes, x), k * lanes * size);
        });
        for (const k of [0, 1]) to.store(truth!, truthNumbers(to, to.constant(mask, lanes, k)), k * lanes * size);
      },
      check([out, truth]) {
        expectSame(kind, out!, repeated(numbers));
        expectSame(int, truth!, repeated(truths));
      },
    },
  ];
}

/** Plain numbers side by side, turned round on the way, and one number in all lanes. */
function shuffles(kind: Stored, lanes: number): MachineCase[] {
  const numbers = (specials(kind) as readonly number[]).slice(0, 16);
  const size = bytesOf[kind];
  const mask = (to: Assembler, x: Value): Value => to.binary("less", x, to.constant(kind, x.lanes, 0));
  const negative = (x: number): number | bigint => (kind === "i64" || kind === "f64" ? BigInt(x < 0) : Number(x < 0));
  const int: Stored = size === 4 ? "i32" : "i64";
  const at = (block: number, lane: number): number => numbers[block * lanes + lanes - 1 - lane]!;
  const turned = numbers.map((_, k) => at(Math.floor(k / lanes), k % lanes));
  return [
    {
      title: `lane, pack and splat, ${kind} × ${lanes}`,
      regions: [toBytes(kind, numbers), zeros(kind, 16), zeros(int, 16), zeros(kind, 16), zeros(int, 16)],
      write(to, regions) {
        eachPlace(
          to,
          regions,
          [size, size, size, size, size],
          16,
          lanes,
          ([from, packed, packedMask, splat, splatMask]) => {
            const x = to.load(kind, lanes, from!);
            const mine = mask(to, x);
            const order = Array.from({ length: lanes }, (_, k) => lanes - 1 - k);
            to.store(packed!, to.pack(order.map((k) => to.lane(x, k))));
            to.store(packedMask!, truthNumbers(to, to.pack(order.map((k) => to.lane(mine, k)))));
            to.store(splat!, to.splat(to.lane(x, lanes - 1), lanes));
            to.store(splatMask!, truthNumbers(to, to.splat(to.lane(mine, lanes - 1), lanes)));
          },
        );
      },
      check([, packed, packedMask, splat, splatMask]) {
        const lasts = numbers.map((_, k) => at(Math.floor(k / lanes), 0));
        expectSame(kind, packed!, turned);
        expectSame(int, packedMask!, turned.map(negative) as unknown as Numbers);
        expectSame(kind, splat!, lasts);
        expectSame(int, splatMask!, lasts.map(negative) as unknown as Numbers);
      },
    },
  ];
}

/** The lanes added or their largest, by halves. */
function foldedLanes(kind: Stored, lanes: number): MachineCase[] {
  if (!isFloat(kind)) return [];
  const size = bytesOf[kind];
  const round = roundTo(kind);
  const rules = { add: (a: number, b: number) => round(a + b), max: Math.max };
  const fold = (xs: readonly number[], by: "add" | "max"): number =>
    xs.length === 1
      ? xs[0]!
      : fold(
          xs.slice(0, xs.length / 2).map((x, k) => rules[by](x, xs[k + xs.length / 2]!)),
          by,
        );
  const numbers = [
    ...(specials(kind) as readonly number[]),
    1e8,
    1,
    -1e8,
    0.1,
    0.7,
    1e-9,
    3,
    -1e7,
    5,
    0.3,
    9,
    1e6,
    1,
    2,
    3,
    4,
  ].map(round);
  return (["add", "max"] as const).map((by) => ({
    title: `across by ${by}, ${kind} × ${lanes}`,
    regions: [toBytes(kind, numbers), zeros(kind, numbers.length / lanes)],
    write(to, [from, out]) {
      to.loop({ to: numbers.length / lanes }, (i) => {
        const folded = to.across(by, to.load(kind, lanes, to.at(from!, i, size * lanes)));
        expect(folded.lanes).toBe(1);
        to.store(to.at(out!, i, size), folded);
      });
    },
    check([, out]) {
      const blocks = Array.from({ length: numbers.length / lanes }, (_, k) =>
        numbers.slice(k * lanes, (k + 1) * lanes),
      );
      expectSame(
        kind,
        out!,
        blocks.map((block) => fold(block, by)),
        by === "max" ? "any" : undefined,
      );
    },
  }));
}

export const conversionCases = (counts: LaneCounts): MachineCase[] => [
  ...plainConversions(),
  ...wideConversions(counts),
  ...kinds.flatMap((kind) =>
    lanesOf(kind, counts).flatMap((lanes) =>
      [bitCases, constants, shuffles, foldedLanes].flatMap((some) => some(kind, lanes)),
    ),
  ),
];
