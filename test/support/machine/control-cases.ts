/** Memory, variables, loops, conditions and calls. */

import { expect } from "vitest";
import type { Assembler, Callee, Index, Machine, Pointer, Stored } from "../../../src/compiler/machine.js";
import {
  bytesOf,
  expectSame,
  kinds,
  type LaneCounts,
  lanesOf,
  type MachineCase,
  specials,
  toBytes,
  zeros,
} from "./machine-case.js";

/** At an odd address, with an offset known when the code is written. */
const unaligned = (kind: Stored, lanes: number): MachineCase => {
  const size = bytesOf[kind];
  const numbers = (specials(kind) as readonly number[]).slice(0, lanes);
  const from = new Uint8Array(lanes * size + 8);
  from.set(toBytes(kind, numbers), 3);
  return {
    title: `unaligned load and store, ${kind} × ${lanes}`,
    regions: [from, new Uint8Array(lanes * size + 8)],
    write: (to, [source, target]) => to.store(to.at(target!, null, 1, 2), to.load(kind, lanes, source!, 3), 3),
    check: ([, target]) => expectSame(kind, target!.slice(5, 5 + lanes * size), numbers),
  };
};

const i32 = (to: Assembler, x: number) => to.constant("i32", 1, x);

const memory: MachineCase[] = [
  {
    title: "truth as bytes",
    regions: [Uint8Array.of(0, 1, 1, 0, 255), Uint8Array.of(9, 9, 9, 9, 9, 9)],
    write(to, [from, out]) {
      to.loop({ to: 5 }, (i) => to.storeTruth(to.at(out!, i, 1), to.loadTruth(to.at(from!, i, 1))));
      const both = to.binary("and", to.loadTruth(from!, 1), to.unary("not", to.loadTruth(from!, 3)));
      to.storeTruth(out!, both as typeof both & { kind: "mask32" }, 5);
    },
    check: ([, out]) => expect([...out!]).toEqual([0, 1, 1, 0, 1, 1]),
  },
  {
    title: "addresses of rows, columns and offsets",
    regions: [
      toBytes(
        "i32",
        Array.from({ length: 12 }, (_, k) => k),
      ),
      zeros("i32", 12),
    ],
    write(to, [from, out]) {
      // Transposes 3 rows of 4, backwards.
      to.loop({ to: 3 }, (i) => {
        const row = to.at(from!, i, 16);
        const last = to.at(out!, i, -4, 44);
        to.loop({ to: 4 }, (j) => to.store(to.at(last, j, -12), to.load("i32", 1, to.at(row, j, 4))));
      });
    },
    check: ([, out]) => expectSame("i32", out!, [11, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0]),
  },
  {
    title: "whole numbers that count",
    regions: [zeros("i64", 8)],
    write(to, [out]) {
      const index = (x: number) => to.constant("index", 1, x);
      const show = (place: number, x: ReturnType<typeof index>) => to.store(out!, to.convert(x, "i64"), place * 8);
      show(0, to.binary("add", index(5), index(-7)));
      show(1, to.binary("sub", index(5), index(-7)));
      show(2, to.binary("mul", index(-5), index(7)));
      const truths = [
        to.binary("less", index(-1), index(1)),
        to.binary("lessEqual", index(1), index(1)),
        to.binary("equal", index(1), index(2)),
      ];
      truths.forEach((mask, k) => {
        expect(mask.kind).toBe("mask32");
        show(3 + k, to.select(mask, index(10 + k), index(20 + k)));
      });
      show(6, index(2 ** 31 - 1));
      show(7, index(-(2 ** 31)));
    },
    check: ([out]) => expectSame("i64", out!, [-2n, 12n, -35n, 10n, 11n, 22n, 2n ** 31n - 1n, -(2n ** 31n)]),
  },
];

const loops: MachineCase[] = [
  {
    title: "loops that start late, step over and do not run",
    regions: [zeros("i32", 16)],
    write(to, [out]) {
      const one = i32(to, 1);
      const mark = (place: Parameters<Assembler["at"]>[1], base: number) => {
        const there = to.at(out!, place, 4, base * 4);
        to.store(there, to.binary("add", to.load("i32", 1, there), one));
      };
      to.loop({ from: 1, to: 8, step: 3 }, (i) => mark(i, 0));
      to.loop({ to: 0 }, (i) => mark(i, 0));
      to.loop({ from: 5, to: 5 }, (i) => mark(i, 0));
      to.loop({ from: 3, to: -2 }, (i) => mark(i, 0));
      const bound = to.convert(to.load("i32", 1, out!, 4), "index"); // 1
      to.loop({ to: to.binary("mul", bound, to.constant("index", 1, 3)) as never }, (i) => mark(i, 8));
      to.loop({ from: 4, to: bound as never }, (i) => mark(i, 8));
      // Nested, with a bound that is a counter: 1 + 2 + 3 turns.
      to.loop({ from: 1, to: 4 }, (i) => to.loop({ to: i }, () => mark(null, 15)));
    },
    check: ([out]) => expectSame("i32", out!, [0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 6]),
  },
  {
    title: "variables that change",
    regions: [toBytes("f64", [1, 2, 3, 4, 5]), zeros("f64", 4), zeros("i64", 2)],
    write(to, [from, out, whole]) {
      const sum = to.variable(to.constant("f64", 1, 0));
      const [a, b] = [to.variable(to.constant("i64", 1, 0)), to.variable(to.constant("i64", 1, 1))];
      to.loop({ to: 5 }, (i) => {
        to.assign(sum, to.binary("add", sum, to.load("f64", 1, to.at(from!, i, 8))));
        // Fibonacci: the value before is kept by a variable of its own.
        const before = to.variable(a);
        to.assign(a, b);
        to.assign(b, to.binary("add", before, b));
      });
      to.store(out!, sum);
      to.store(whole!, a);
      to.store(whole!, b, 8);
      const place = to.variable(out!);
      to.assign(place, to.at(out!, null, 1, 8));
      to.store(place as Pointer & typeof place, to.constant("f64", 1, 7));
      const truth = to.variable(to.constant("mask64", 1, 0));
      to.assign(truth, to.binary("less", sum, to.constant("f64", 1, 16)));
      to.when(truth, () => to.store(out!, to.constant("f64", 1, 8), 16));
      to.when(to.unary("not", truth), () => to.store(out!, to.constant("f64", 1, 9), 24));
    },
    check([, out, whole]) {
      expectSame("f64", out!, [15, 7, 8, 0]);
      expectSame("i64", whole!, [5n, 8n]);
    },
  },
  {
    title: "values taken from variables stay as they were",
    regions: [zeros("f64", 6)],
    write(to, [out]) {
      const x = to.variable(to.constant("f64", 1, 3));
      const place = to.variable(out!);
      const there = to.at(place as Pointer & typeof place, null, 1);
      const taken = [to.convert(x, "f64"), to.splat(x, 1), to.pack([x]), to.lane(x, 0), to.across("add", x)];
      to.assign(x, to.constant("f64", 1, 4));
      to.assign(place, to.at(out!, null, 1, 8));
      for (const [k, value] of [...taken, x].entries()) to.store(there, value, 8 * k);
    },
    check: ([out]) => expectSame("f64", out!, [3, 3, 3, 3, 3, 4]),
  },
  {
    title: "numbers loaded before memory was written stay as they were",
    regions: [toBytes("f32", [1, 0, 0, 0, 0])],
    write(to, [out]) {
      const x = to.load("f32", 1, out!);
      to.store(out!, to.constant("f32", 1, 2));
      to.store(to.at(out!, null, 1, 4), to.splat(x, 4));
    },
    check: ([out]) => expectSame("f32", out!, [2, 1, 1, 1, 1]),
  },
  {
    title: "comparisons of variables stay as they were",
    regions: [zeros("f32", 4)],
    write(to, [out]) {
      const [a, b] = [to.variable(to.constant("f32", 4, 1)), to.variable(to.constant("f32", 4, 2))];
      const below = to.binary("less", a, b);
      to.assign(a, to.constant("f32", 4, 3));
      to.store(out!, to.select(below, a, b));
    },
    check: ([out]) => expectSame("f32", out!, [3, 3, 3, 3]),
  },
  {
    title: "the end of a loop is asked once",
    regions: [zeros("i32", 4)],
    write(to, [out]) {
      const end = to.variable(to.constant("index", 1, 3));
      to.loop({ to: end as typeof end & Index }, (i) => {
        to.store(to.at(out!, i, 4), i32(to, 1));
        to.assign(end, to.constant("index", 1, 1));
      });
    },
    check: ([out]) => expectSame("i32", out!, [1, 1, 1, 0]),
  },
  {
    title: "repeat while a condition holds",
    regions: [toBytes("i64", [27n]), zeros("i64", 2)],
    write(to, [from, out]) {
      // Collatz: 111 steps from 27.
      const long = (x: number) => to.constant("i64", 1, x);
      const x = to.variable(to.load("i64", 1, from!));
      const steps = to.variable(long(0));
      to.repeat(
        () => to.unary("not", to.binary("equal", x, long(1))),
        () => {
          const odd = to.binary("equal", to.binary("and", x, long(1)), long(1));
          to.assign(
            x,
            to.select(odd, to.binary("add", to.binary("mul", x, long(3)), long(1)), to.binary("div", x, long(2))),
          );
          to.assign(steps, to.binary("add", steps, long(1)));
        },
      );
      to.store(out!, steps);
      to.repeat(
        () => to.binary("less", long(1), long(0)),
        () => to.store(out!, long(1), 8),
      );
    },
    check: ([, out]) => expectSame("i64", out!, [111n, 0n]),
  },
];

/** What adds the first number to the second, and what calls that with more addresses than a machine has registers for. */
function addingFunctions(machine: Machine): Callee[] {
  const add = machine.define(2, (to, [from, into]) => {
    to.store(into!, to.binary("add", to.load("f32", 1, into!), to.load("f32", 1, from!)));
  });
  const twice = machine.define(9, (to, pointers) => {
    to.call(add, [pointers[7]!, pointers[8]!]);
    to.call(add, [pointers[0]!, pointers[8]!]);
  });
  return [add, twice];
}

const calls: MachineCase = {
  title: "calls of functions",
  regions: [toBytes("f32", [1, 2, 4, 8, 16, 32]), zeros("f32", 1)],
  functions: addingFunctions,
  write(to, [from, out], [add, twice]) {
    const number = (k: number): Pointer => to.at(from!, null, 1, 4 * k);
    to.call(twice!, [0, 1, 2, 3, 4, 5, 0, 5].map(number).concat(out!));
    to.loop({ from: 1, to: 5 }, (i) => to.call(add!, [to.at(from!, i, 4), out!]));
  },
  check: ([, out]) => expectSame("f32", out!, [1 + 32 + 2 + 4 + 8 + 16]),
};

export const controlCases = (counts: LaneCounts): MachineCase[] => [
  ...kinds.flatMap((kind) => lanesOf(kind, counts).map((lanes) => unaligned(kind, lanes))),
  ...memory,
  ...loops,
  calls,
];
