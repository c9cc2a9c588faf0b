import { describe, expect, it } from "vitest";
import { tanh } from "../ops/arithmetic.js";
import { scan } from "../ops/control.js";
import { constant, input } from "../ops/leaf.js";
import { affine, matmul } from "../ops/linalg.js";
import { tensor } from "../util/tensor.js";
import { workOf } from "./cost.js";

const [n, k, m] = [5, 7, 3];
const x = input("x", [n, k]);
const w = input("w", [k, m]);

describe("the work of a program", () => {
  it("counts the numbers that products multiply, whichever operation holds them", () => {
    const b = constant(tensor(new Float32Array(m)));
    expect(workOf([matmul(x, w)])).toMatchObject({ operations: 1, elements: 0, products: n * k * m });
    expect(workOf([affine(x, w, b)])).toMatchObject({ operations: 2, elements: n * m, products: n * k * m });
    expect(workOf([matmul(w, x, { transposeA: true, transposeB: true })]).products).toBe(n * k * m);
  });

  it("counts what a loop repeats, and writes it once", () => {
    const { state } = scan({ init: { x }, length: 10 }, (at) => ({ state: { x: tanh(at.x) } }));
    expect(workOf([state.x])).toEqual({ operations: 10, elements: 10 * n * k, products: 0, written: 1 });
  });
});
