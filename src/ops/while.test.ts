import { describe, expect, it } from "vitest";
import { grad } from "../autodiff/grad.js";
import { compile } from "../runtime/program.js";
import { ShapeError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { add, mul } from "./arithmetic.js";
import { max } from "./extrema.js";
import { cast, input, scalar, stopGradient } from "./leaf.js";
import { less, where } from "./logic.js";
import { sum } from "./shape.js";
import { repeatWhile } from "./while.js";

const x = input("x", [3]);
const most = (n: number) => scalar(n, "int64");
describe("a loop of unknown length", () => {
  it("runs while the condition holds, and no step when it does not hold at first", async () => {
    const grow = repeatWhile(
      { init: { x, n: scalar(0) }, most: most(1000), condition: (s) => less(max(s.x), 100) },
      (s) => ({ x: mul(s.x, 2), n: add(s.n, 1) }),
    );
    const program = await compile({ x }, grow);
    const from = async (...v: number[]) => {
      const { x: y, n } = await program.run({ x: tensor(Float32Array.from(v)) });
      return [...(y!.data as Float32Array), ...(n!.data as Float32Array)];
    };
    expect(await from(1, 2, 3)).toEqual([64, 128, 192, 6]);
    expect(await from(1, 2, 100)).toEqual([1, 2, 100, 0]);
  });

  it("stops after the largest number of steps, counts them, and sees the surrounding graph", async () => {
    const factor = input("factor", []);
    const { steps, x: y } = repeatWhile(
      { init: { x, steps: scalar(0) }, most: most(5), condition: (s) => less(s.steps, 1e9) },
      (s, i) => ({ x: where(less(s.x, 0), s.x, mul(s.x, factor)), steps: add(s.steps, cast(i, "float32")) }),
    );
    const program = await compile({ x, factor }, { y, steps });
    const result = await program.run({
      x: tensor(Float32Array.of(1, -1, 2)),
      factor: tensor(Float32Array.of(3), []),
    });
    expect([...(result.y!.data as Float32Array)]).toEqual([243, -1, 486]);
    expect([...(result.steps!.data as Float32Array)]).toEqual([0 + 1 + 2 + 3 + 4]);
  });

  it("has no derivative, and says so", () => {
    const { x: y } = repeatWhile({ init: { x }, most: most(3), condition: (s) => less(max(s.x), 100) }, (s) => ({
      x: mul(s.x, 2),
    }));
    expect(() => grad(sum(y), [x])).toThrow("has no derivative");
    const [g] = grad(sum(mul(stopGradient(y), x)), [x]);
    expect(g!.shape).toEqual([3]);
  });

  it("refuses a condition that is no bool scalar, and a state that changes its type", () => {
    const init = { x };
    expect(() => repeatWhile({ init, most: most(2), condition: (s) => less(s.x, 1) }, (s) => s)).toThrow(ShapeError);
    const condition = (s: { readonly x: typeof x }) => less(max(s.x), 1);
    expect(() => repeatWhile({ init, most: most(2), condition }, (s) => ({ x: sum(s.x) }))).toThrow(
      /repeatWhile: state x/,
    );
  });
});
