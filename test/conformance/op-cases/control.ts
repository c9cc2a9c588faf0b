/** Loops, against loops. */

import * as ops from "../../../src/ops/index.js";
import { floats, ints, type OpCase, type OpCases } from "../../support/op-case.js";
import { at, generate, type Values } from "../../support/reference.js";

/** `h ← tanh(w h + x)` per element, each step's h stacked. */
const recurrence = (h0: Values, xs: Values, w: Values, reverse: boolean): Values[] => {
  const steps = [...Array(xs.shape[0]!).keys()];
  const seen: number[][] = [];
  let h = [...h0.data];
  for (const t of reverse ? steps.toReversed() : steps) {
    h = h.map((v, k) => Math.tanh(at(w, [k]) * v + at(xs, [t, k])));
    seen[t] = h;
  }
  return [
    { shape: h0.shape, data: h },
    { shape: xs.shape, data: seen.flat() },
  ];
};

const recurrent = (reverse: boolean): OpCase => ({
  label: reverse ? "backwards" : "forwards",
  operands: [floats([2], -1, 1), floats([3, 2], -1, 1), floats([2], 0.5, 1.5)],
  build(h0, xs, w) {
    const { state, outputs } = ops.scan({ init: { h: h0! }, xs: { x: xs! }, reverse }, ({ h }, { x }) => {
      const next = ops.tanh(ops.add(ops.mul(w!, h), x));
      return { state: { h: next }, outputs: { seen: next } };
    });
    return [state.h, outputs.seen];
  },
  expected: (h0, xs, w) => recurrence(h0!, xs!, w!, reverse),
  order: 3,
  scale: 1,
});

/** A float state that grows by the index of an integer state, and a flag that flips. */
const severalStates: OpCase = {
  label: "states of three dtypes",
  operands: [floats([2]), floats([4, 2]), ints([], [0])],
  build(y0, table, start) {
    const flag = ops.equal(start!, 0);
    const { state, outputs } = ops.scan({ init: { y: y0!, i: start!, flag }, length: 3 }, ({ y, i, flag }) => ({
      state: {
        y: ops.where(flag, ops.mul(y, ops.gather(table!, i)), ops.add(y, ops.gather(table!, i))),
        i: ops.add(i, 1),
        flag: ops.not(flag),
      },
      outputs: { was: i, odd: flag, y },
    }));
    return [state.y, state.i, state.flag, outputs.was, outputs.odd, outputs.y];
  },
  expected(y0, table) {
    const rows = [0, 1, 2].map((i) => [at(table!, [i, 0]), at(table!, [i, 1])]);
    const path = [y0!.data];
    for (const [i, row] of rows.entries()) path.push(path[i]!.map((v, k) => (i % 2 === 0 ? v * row[k]! : v + row[k]!)));
    return [
      { shape: [2], data: path[3]! },
      { shape: [], data: [3], dtype: "int64" },
      { shape: [], data: [0], dtype: "bool" },
      { shape: [3], data: [0, 1, 2], dtype: "int64" },
      { shape: [3], data: [1, 0, 1], dtype: "bool" },
      { shape: [3, 2], data: path.slice(0, 3).flat() },
    ];
  },
  scale: 4,
};

/** `Σᵢ Πⱼ (a + bⱼ + state)`: an inner loop whose body uses the outer state and a value outside both. */
const nested: OpCase = {
  label: "a loop in a loop",
  operands: [floats([], 0, 1), floats([2], 0, 1), floats([], 0, 1)],
  build(s0, b, a) {
    const { state } = ops.scan({ init: { s: s0! }, length: 2 }, ({ s }) => {
      const inner = ops.scan({ init: { p: ops.add(s, 1) }, xs: { x: b! } }, ({ p }, { x }) => ({
        state: { p: ops.mul(p, ops.add(ops.add(a!, x), s)) },
      }));
      return { state: { s: ops.add(ops.mul(0.5, s), inner.state.p) } };
    });
    return state.s;
  },
  expected(s0, b, a) {
    let s = s0!.data[0]!;
    for (let t = 0; t < 2; t++) s = 0.5 * s + b!.data.reduce((p, x) => p * (a!.data[0]! + x + s), s + 1);
    return { shape: [], data: [s] };
  },
};

/** No state at all is a map over the steps. */
const mapped: OpCase = {
  label: "outputs without a state",
  operands: [floats([3, 2]), floats([])],
  build: (xs, a) =>
    ops.scan({ init: {}, xs: { x: xs! } }, (_, { x }) => ({ state: {}, outputs: { y: ops.mul(ops.sin(x), a!) } }))
      .outputs.y,
  expected: (xs, a) => generate([3, 2], (i) => Math.sin(at(xs!, i)) * a!.data[0]!),
};

/** Results that are a symbol, a captured value, a constant, or given twice. */
const passedThrough: OpCase = {
  label: "results that are computed nowhere",
  operands: [floats([2]), floats([3, 2]), floats([2])],
  build(h, xs, c) {
    const { state, outputs } = ops.scan({ init: { h: h!, last: c! }, xs: { x: xs! } }, ({ h, last }, { x }) => ({
      state: { h, last: x },
      outputs: { same: h, again: h, captured: c!, one: ops.scalar(1, c!.dtype), before: last },
    }));
    return [state.h, state.last, outputs.same, outputs.again, outputs.captured, outputs.one, outputs.before];
  },
  expected(h, xs, c) {
    const rows = (v: Values): Values => generate([3, 2], (i) => at(v, i));
    return [
      h!,
      { shape: [2], data: xs!.data.slice(4) },
      rows(h!),
      rows(h!),
      rows(c!),
      { shape: [3], data: [1, 1, 1] },
      { shape: [3, 2], data: [...c!.data, ...xs!.data.slice(0, 4)] },
    ];
  },
};

/** Each number doubles until all are at least 10: as many steps as the smallest needs. */
const untilAllReach: OpCase = {
  label: "steps that depend on values",
  operands: [floats([3], 0.5, 3), floats([], 1.5, 2)],
  build(x, factor) {
    const grown = ops.repeatWhile(
      {
        init: { x: x!, steps: ops.scalar(0, "int64") },
        most: ops.scalar(100, "int64"),
        condition: (s) => ops.less(ops.min(s.x), 10),
      },
      (s, i) => ({ x: ops.mul(s.x, factor!), steps: ops.add(i, 1) }),
    );
    return [grown.x, grown.steps];
  },
  expected(x, factor) {
    const by = factor!.data[0]!;
    const steps = Math.ceil(Math.log(10 / Math.min(...x!.data)) / Math.log(by));
    return [
      { shape: [3], data: x!.data.map((v) => v * by ** steps) },
      { shape: [], data: [steps], dtype: "int64" },
    ];
  },
  order: 0,
};

/** No step at all, and no more than allowed. */
const steps = (most: number, holds: boolean): OpCase => ({
  label: `at most ${most} steps while ${holds}`,
  operands: [floats([2])],
  build: (x) =>
    ops.repeatWhile(
      { init: { x: x! }, most: ops.scalar(most, "int64"), condition: () => ops.equal(ops.scalar(holds ? 1 : 0), 1) },
      (s) => ({ x: ops.add(s.x, 1) }),
    ).x,
  expected: (x) => ({ shape: [2], data: x!.data.map((v) => v + (holds ? most : 0)) }),
  order: 0,
});

export const control = {
  repeatWhile: [untilAllReach, steps(0, true), steps(4, true), steps(4, false)],
  scan: [recurrent(false), recurrent(true), severalStates, nested, mapped, passedThrough],
} satisfies Partial<OpCases>;
