import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { grad, rowJacobian } from "../autodiff/grad.js";
import type { Expr } from "../ir/expr.js";
import { square } from "../ops/arithmetic.js";
import { constant, input } from "../ops/leaf.js";
import { reshape, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { compile, evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { made } from "./made.js";
import { mlp } from "./mlp.js";

const key = makeKey(24);
const N = 6;
const drawn = (name: string, shape: readonly number[]): Expr => constant(normal(fold(key, name), shape, "float64"));

/** Which coordinates of `x (N, m)` the numbers `theta (N, d, size)` of each coordinate depend on. */
async function pattern(theta: Expr, x: Expr): Promise<string[]> {
  const [, d, size] = theta.shape as [number, number, number];
  const m = x.shape[1]!;
  const { jacobian } = await evaluate({ jacobian: rowJacobian(reshape(theta, [N, d * size]), x) });
  const all = numbers(jacobian);
  const depends = (i: number, j: number): boolean =>
    Array.from({ length: N * size }, (_, r) => Math.floor(r / size) * d * size + i * size + (r % size)).some(
      (row) => all[row * m + j] !== 0,
    );
  return Array.from({ length: d }, (_, i) => Array.from({ length: m }, (_, j) => (depends(i, j) ? "x" : ".")).join(""));
}

const below = (d: number): string[] => Array.from({ length: d }, (_, i) => "x".repeat(i) + ".".repeat(d - i));

describe("a masked network", () => {
  it.each([[[]], [[8]], [[8, 12]], [[4, 4, 4]]])(
    "gives numbers that depend on all coordinates before their own, and on no other: hidden %j",
    async (hidden) => {
      for (const d of [1, 2, 3, 5]) {
        const net = made({ d, size: 2, hidden });
        const theta = net.apply(drawn("params", [net.layout.size]), drawn("x", [N, d]));
        expect(theta.shape).toEqual([N, d, 2]);
        if (d > 1) expect(await pattern(theta, drawn("x", [N, d]))).toEqual(below(d));
      }
    },
  );

  it("lets all of them depend on every number of a context, the first coordinate and a single one too", async () => {
    for (const d of [1, 2, 4]) {
      const net = made({ d, size: 3, context: 2, hidden: [10, 10] });
      const [x, c] = [drawn("x", [N, d]), drawn("context", [N, 2])];
      const theta = net.apply(drawn("params", [net.layout.size]), x, c);
      expect(await pattern(theta, c)).toEqual(new Array(d).fill("xx"));
      if (d > 1) expect(await pattern(theta, x)).toEqual(below(d));
    }
  });

  it("reads fewer coordinates, never a wrong one, when a layer is too narrow for all degrees", async () => {
    const net = made({ d: 5, size: 1, hidden: [2] });
    const x = drawn("x", [N, 5]);
    expect(await pattern(net.apply(drawn("params", [net.layout.size]), x), x)).toEqual([
      ".....",
      ".....",
      "xx...",
      "xx...",
      "xxxx.",
    ]);
  });

  it("is found out with a mask that is off by one degree, or without masks", async () => {
    const x = drawn("x", [N, 3]);
    const wrong = (last: readonly number[], first: readonly number[]) => {
      const masks = [first, last].map((m) => Float32Array.from(m));
      const net = mlp({ widths: [3, 2, 3], masks });
      return reshape(net.apply(drawn("params", [net.layout.size]), x), [N, 3, 1]);
    };
    // Hidden units of degrees 2 and 1; each coordinate sees hidden units of degrees below its own.
    const first = [1, 1, 1, 0, 0, 0];
    expect(await pattern(wrong([0, 0, 1, 0, 1, 1], first), x)).toEqual(below(3));
    expect(await pattern(wrong([0, 1, 1, 1, 1, 1], first), x)).toEqual(["x..", "xx.", "xx."]);
    expect(await pattern(wrong(new Array(6).fill(1), new Array(6).fill(1)), x)).toEqual(["xxx", "xxx", "xxx"]);
  });

  it("learns no weight that is masked, and starts it at zero", async () => {
    const net = made({ d: 4, size: 2, context: 1, hidden: [9, 7] });
    const params = input("params", [net.layout.size], "float64");
    const [g] = grad(sum(square(net.apply(params, drawn("x", [N, 4]), drawn("context", [N, 1])))), [params]);
    const program = await compile({ params }, { g });
    const given = normal(fold(key, "params"), [net.layout.size], "float64");
    const gradient = numbers((await program.run({ params: given })).g!);
    const start = net.init(key);
    const [still, zero] = [gradient, [...start]].map((v) => v.flatMap((n, i) => (n === 0 ? [i] : [])));
    const biases = net.layout.leaves.flatMap(({ name, offset, shape }) =>
      name.startsWith("b") ? Array.from({ length: shape[0]! }, (_, i) => offset + i) : [],
    );
    expect(still!.length).toBeGreaterThan(20);
    expect(zero).toEqual([...still!, ...biases].sort((a, b) => a - b));
  });

  it("starts units that see few inputs with weights as large as if there were no others", () => {
    const d = 33;
    const net = made({ d, size: 1, hidden: [3200] });
    const start = net.init(key);
    // He's rule: variance 2/seen. Units come in 32 shares of 100, of degrees 32 down to 1.
    for (const degree of [1, 8, 32]) {
      const units = Array.from({ length: 100 }, (_, j) => (d - 1 - degree) * 100 + j);
      const weights = units.flatMap((j) => Array.from({ length: degree }, (_, i) => start[i * 3200 + j]!));
      const square = weights.reduce((s, w) => s + w * w, 0) / weights.length;
      // Of 100 squares at least: 0.71 is five standard errors.
      expect(Math.abs((square * degree) / 2 - 1)).toBeLessThan(0.71 / Math.sqrt(degree));
    }
  });

  it("starts as zero when its last layer does", async () => {
    const net = made({ d: 3, size: 2, hidden: [6], zeroLast: true });
    const { y } = await evaluate({ y: net.apply(constant(tensor(net.init(key))), constant(normal(key, [N, 3]))) });
    expect(numbers(y).every((v) => v === 0)).toBe(true);
  });
});
