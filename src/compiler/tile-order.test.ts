/** States that are written where they lie, though they are read in another order: as rows, and as views of each other. */

import { describe, expect, it } from "vitest";
import { interpreted } from "../../test/support/interpreted-program.js";
import { numbers } from "../../test/support/tensors.js";
import * as ops from "../ops/index.js";
import { tensor } from "../util/tensor.js";

const [ROWS, WIDTH] = [13, 5];
const compute = interpreted({ f32: 4, f64: 2 }, { rows: 2, near: 1 });
const x = ops.input("x", [ROWS, WIDTH]);
const given = Array.from({ length: ROWS * WIDTH }, (_, i) => ((i * 37) % 29) / 8);
const feeds = { x: tensor(Float32Array.from(given), [ROWS, WIDTH]) };
const rowsOf = (data: readonly number[]): number[][] =>
  Array.from({ length: ROWS }, (_, i) => data.slice(i * WIDTH, (i + 1) * WIDTH));

describe("a state that is written where it lies", () => {
  it.each([1, 2, 3])("is read in another order of rows before that, in %i steps", async (length) => {
    const { state, outputs } = ops.scan({ init: { s: x }, length }, ({ s }) => ({
      state: { s: ops.add(ops.mul(s, 0.5), 1) },
      outputs: { turned: ops.add(ops.flip(s, 0), 0.25) },
    }));
    const got = await compute({ x }, { s: state.s, turned: outputs.turned }, feeds);
    let s = given;
    const turned: number[] = [];
    for (let t = 0; t < length; t++) {
      turned.push(
        ...rowsOf(s)
          .reverse()
          .flat()
          .map((v) => v + 0.25),
      );
      s = s.map((v) => v * 0.5 + 1);
    }
    expect(numbers(got.s!)).toEqual(s);
    expect(numbers(got.turned!)).toEqual(turned);
  });
});

describe("states that are views of each other", () => {
  it.each([1, 2, 3])("change places, in %i steps", async (length) => {
    const { state } = ops.scan({ init: { a: x, b: ops.mul(x, 2) }, length }, ({ a, b }) => ({
      state: { a: ops.flip(b, 0), b: ops.flip(a, 1) },
    }));
    const got = await compute({ x }, { a: state.a, b: state.b }, feeds);
    let [a, b] = [rowsOf(given), rowsOf(given.map((v) => 2 * v))];
    for (let t = 0; t < length; t++) [a, b] = [[...b].reverse(), a.map((row) => [...row].reverse())];
    expect(numbers(got.a!)).toEqual(a.flat());
    expect(numbers(got.b!)).toEqual(b.flat());
  });

  it.each([1, 2, 3])("turn round where they are, in %i steps", async (length) => {
    const { state } = ops.scan({ init: { a: x }, length }, ({ a }) => ({ state: { a: ops.flip(a, 0) } }));
    const turned = length % 2 === 1 ? [...rowsOf(given)].reverse() : rowsOf(given);
    expect(numbers((await compute({ x }, { a: state.a }, feeds)).a!)).toEqual(turned.flat());
  });
});
