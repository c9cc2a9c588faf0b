import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expr } from "../ir/expr.js";
import type { Layout } from "../ir/kernel.js";
import { type Shape, sizeOf } from "../util/tensor.js";
import { input } from "./leaf.js";
import { broadcastTo, flip, reshape, slice, transpose } from "./shape.js";

/** Where every element lies, in row-major order. */
function placesOf({ offset, strides }: Layout, shape: Shape): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, flat) => {
    let [rest, at] = [flat, offset];
    for (let k = shape.length - 1; k >= 0; k--) {
      at += (rest % shape[k]!) * strides[k]!;
      rest = Math.floor(rest / shape[k]!);
    }
    return at;
  });
}

/** The layout of a list of places, if there is one: its strides can only be what the first steps say. */
function layoutFor(places: readonly number[], shape: Shape): Layout | null {
  const offset = places[0] ?? 0;
  const strides = shape.map((n, k) => (n === 1 ? 0 : (places[sizeOf(shape.slice(k + 1))] ?? 0) - offset));
  const layout = { offset, strides };
  return placesOf(layout, shape).join() === places.join() ? layout : null;
}

/** The rule of an operation that only views its operand. */
function viewOf(y: Expr, source: Layout): Layout | null {
  const { kernel } = y.node.op;
  if (!kernel || !("view" in kernel)) throw new Error(`${y.node.op.name} is no view`);
  return kernel.view(source, y.node);
}

const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
const strided = sizes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    offset: fc.integer({ min: 0, max: 5 }),
    strides: fc.oneof(
      fc.constant(shape.map((_, k) => sizeOf(shape.slice(k + 1)))),
      fc.array(fc.constantFrom(-4, -1, 0, 1, 2, 4, 6, 12), { minLength: shape.length, maxLength: shape.length }),
    ),
  }),
);
/** All ways to write a number of elements as some axes, by splitting off factors. */
const shapeOfSize = (n: number): fc.Arbitrary<Shape> => {
  const factors = Array.from({ length: n }, (_, i) => i + 1).filter((k) => n % k === 0);
  return fc
    .tuple(fc.constantFrom(...factors), fc.boolean(), fc.boolean())
    .chain(([k, more, one]) =>
      k === 1 || k === n || !more
        ? fc.constant<Shape>([...(one ? [1] : []), k, n / k])
        : shapeOfSize(n / k).map((rest): Shape => [k, ...rest]),
    );
};

describe("where the elements of a result lie", () => {
  it("is known after a reshape exactly where strides can say it", () => {
    const counts = { seen: 0, none: 0 };
    fc.assert(
      fc.property(
        strided.chain((s) => shapeOfSize(sizeOf(s.shape)).map((to) => [s, to] as const)),
        ([{ shape, ...source }, to]) => {
          const y = reshape(input("x", shape), to);
          if (y.node.op.name === "input") return;
          const places = placesOf(source, shape);
          const seen = viewOf(y, source);
          counts[seen ? "seen" : "none"]++;
          if (seen) expect(placesOf(seen, to)).toEqual(places);
          else expect(layoutFor(places, to)).toBeNull();
        },
      ),
      { numRuns: 2000, seed: 5 },
    );
    expect(Math.min(counts.seen, counts.none)).toBeGreaterThan(100);
  });

  it("follows broadcasting, transposition, slices and flips", () => {
    const shape = [2, 1, 3];
    const source = { offset: 7, strides: [-3, 50, 2] };
    const at = (i: number, k: number): number => 7 - 3 * i + 2 * k;
    const x = input("x", shape);
    const all = (e: Expr): number[] => placesOf(viewOf(e, source)!, e.shape);
    const line = (i: number): number[] => [at(i, 0), at(i, 1), at(i, 2)];
    expect(all(broadcastTo(x, [2, 2, 2, 3]))).toEqual(
      [0, 1].flatMap(() => [0, 1].flatMap((i) => [...line(i), ...line(i)])),
    );
    expect(all(transpose(x))).toEqual([0, 1, 2].flatMap((k) => [at(0, k), at(1, k)]));
    expect(all(slice(x, 2, 1, 3))).toEqual([at(0, 1), at(0, 2), at(1, 1), at(1, 2)]);
    expect(all(flip(x, 2))).toEqual([0, 1].flatMap((i) => line(i).reverse()));
  });

  it("is anywhere where there is no element", () => {
    for (const to of [[0], [3, 0], [0, 7, 2]])
      expect(viewOf(reshape(input("x", [2, 0]), to), { offset: 4, strides: [1, 1] })!.strides).toHaveLength(to.length);
  });
});
