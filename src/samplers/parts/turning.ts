/** When a trajectory has turned: asked of the whole and of each of its halves, quarters, … as they are completed. */

import type { Expr } from "../../ir/expr.js";
import { add, mul, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { full, gather } from "../../ops/indexing.js";
import { cast, constant, scalar } from "../../ops/leaf.js";
import { lessEqual, or } from "../../ops/logic.js";
import { concat, reshape, slice, sum } from "../../ops/shape.js";
import { repeatWhile } from "../../ops/while.js";
import { tensor } from "../../util/tensor.js";

type Width = "float32" | "float64";

/** A stretch of trajectory by its first and last momentum and its sum, each `(chains, d)`. */
export type Stretch = ExprRecord<"first" | "last" | "rho">;

/**
 * Whether any of several stretches has turned, `(chains)`: its summed momentum ρ points against one of its ends (the
 * generalised criterion of Betancourt 2017).
 */
function anyOf(stretches: readonly Stretch[]): Expr {
  const chains = stretches[0]!.rho.shape[0]!;
  const all = (name: keyof Stretch): Expr => concat(stretches.map((s) => s[name]));
  const rho = all("rho");
  const opposed = (ends: Expr): Expr => lessEqual(sum(mul(ends, rho), 1), 0);
  const turned = or(opposed(all("first")), opposed(all("last")));
  return stretches.map((_, i) => slice(turned, 0, i * chains, (i + 1) * chains)).reduce((a, b) => or(a, b));
}

/**
 * Whether two stretches, one after the other, have turned: as a whole, or either of them together with the next point of
 * the other. Without the last two a trajectory that closes a full circle, as all do on a round Gaussian, looks straight.
 */
export const halvesTurned = (a: Stretch, b: Stretch): Expr =>
  anyOf([
    { first: a.first, last: b.last, rho: add(a.rho, b.rho) },
    { first: a.first, last: b.first, rho: add(a.rho, b.first) },
    { first: a.last, last: b.last, rho: add(b.rho, a.last) },
  ]);

/** What is kept of a leaf: its momentum, that of the leaf before it, and the sum of all momenta before it. */
export type Leaf = ExprRecord<"p" | "last" | "rho">;

const bits = (n: number): number => (n === 0 ? 0 : (n & 1) + bits(n >> 1));
const trailingOnes = (n: number): number => ((n & 1) === 0 ? 0 : 1 + trailingOnes(n >> 1));

/** Leaves come in pairs; a subtree of a trajectory of that depth has at most so many, and needs so many slots. */
const pairsOf = (depth: number): number => 2 ** Math.max(0, depth - 2);
const slotsOf = (depth: number): number => Math.max(1, depth - 1);

const perPair = (depth: number, f: (m: number) => number): Expr =>
  constant(tensor(BigInt64Array.from({ length: pairsOf(depth) }, (_, m) => BigInt(f(m)))));

/** Slots `(slots, chains · 3d)` for the leaves that later ones are compared with. */
export const nothingKept = (depth: number, chains: number, d: number, dtype: Width): Expr =>
  full([slotsOf(depth), chains * 3 * d], 0, dtype);

/** The first leaf of the `m`-th pair in its slot, the number of ones of `m`: it is overwritten when no longer needed. */
export function keepLeaf(kept: Expr, m: Expr, { p, last, rho }: Leaf, depth: number): Expr {
  const [slots, size] = kept.shape as [number, number];
  const table = Array.from({ length: pairsOf(depth) }, (_, pair) =>
    Array.from({ length: slots }, (__, slot) => (slot === bits(pair) ? 1 : 0)),
  );
  const marks = cast(constant(tensor(Float64Array.from(table.flat()), [table.length, slots])), kept.dtype);
  const mark = reshape(gather(marks, m), [slots, 1]);
  return add(mul(mark, reshape(concat([p, last, rho], 1), [1, size])), mul(sub(1, mark), kept));
}

function leafIn(kept: Expr, slot: Expr, like: Expr): Leaf {
  const [chains, d] = like.shape as [number, number];
  const row = reshape(gather(kept, slot), [chains, 3 * d]);
  const part = (i: number): Expr => slice(row, 1, i * d, (i + 1) * d);
  return { p: part(0), last: part(1), rho: part(2) };
}

/** The momentum of the first leaf of a subtree, which no other overwrites. */
export const firstKept = (kept: Expr, like: Expr): Expr => leafIn(kept, scalar(0, "int64"), like).p;

/**
 * Whether a stretch that the `m`-th pair completes has turned, `(chains)`. A pair completes itself, and as many longer
 * stretches, each twice the one before, as `m` has trailing ones; such a stretch begins at the leaf in the slot before,
 * and its second half at the beginning of the stretch before it.
 * @param opening the first leaf of the pair.
 * @param now the second leaf, with the sum of all momenta up to it.
 */
export function anyTurned(kept: Expr, m: Expr, opening: Leaf, now: ExprRecord<"p" | "rho">, depth: number): Expr {
  const pair = anyOf([{ first: opening.p, last: now.p, rho: sub(now.rho, opening.rho) }]);
  if (pairsOf(depth) < 2) return pair;
  const slot = gather(perPair(depth, bits), m);
  const longer = gather(perPair(depth, trailingOnes), m);
  const always = constant(tensor(Uint8Array.of(1), []));
  const { turned } = repeatWhile(
    { init: { turned: pair, ...opening }, most: longer, condition: () => always },
    (middle, k) => {
      const begin = leafIn(kept, sub(sub(slot, 1), k), now.p);
      const across = halvesTurned(
        { first: begin.p, last: middle.last!, rho: sub(middle.rho!, begin.rho) },
        { first: middle.p!, last: now.p, rho: sub(now.rho, middle.rho!) },
      );
      return { turned: or(middle.turned!, across), ...begin };
    },
  );
  return turned!;
}
