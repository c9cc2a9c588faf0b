/** Matrix products, closed under their own derivatives. */

import { apply1, type Expr, type Op, one } from "../ir/expr.js";
import { broadcastShapes, expectFloat, sameDType } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { sameShape, showShape, sizeOf } from "../util/tensor.js";
import { add, mul } from "./arithmetic.js";
import { reshape, sum, transpose } from "./shape.js";

interface MatmulParams {
  /** Whether an operand is read with its last two axes exchanged. */
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Rows and columns of an operand as it is read. */
function sides(e: Expr, transposed: boolean): [rows: number, columns: number] {
  const [r, c] = [e.shape.at(-2)!, e.shape.at(-1)!];
  return transposed ? [c, r] : [r, c];
}

const swapLast = (e: Expr): Expr =>
  transpose(e, [...e.shape.slice(0, -2).map((_, i) => i), e.shape.length - 1, e.shape.length - 2]);

/** The factors of a matrix whose columns are scaled, `X ∘ r` with `r (1, k)`; else `null`, also where both are one row. */
function columnScaled(a: Expr): { rest: Expr; row: Expr } | null {
  if (!a.node.op.multiplies) return null;
  const [p, q] = a.node.inputs as readonly [Expr, Expr];
  const isFull = (e: Expr): boolean => sameShape(e.shape, a.shape);
  const isRow = (e: Expr): boolean => sizeOf(e.shape) === a.shape[1] && e.shape.at(-1) === a.shape[1] && !isFull(e);
  const [rest, row] = isFull(p) && isRow(q) ? [p, q] : isFull(q) && isRow(p) ? [q, p] : [];
  return rest && row ? { rest, row: reshape(row, [1, a.shape[1]!]) } : null;
}

const isMatrix = (e: Expr): boolean => e.shape.length === 2;

const matmulOp: Op<MatmulParams, readonly [Expr, Expr]> = {
  name: "matmul",
  infer([a, b], { transposeA, transposeB }) {
    const dtype = sameDType("matmul", [a, b]);
    expectFloat("matmul", a);
    const [m, k] = sides(a, transposeA);
    const [l, n] = sides(b, transposeB);
    if (k !== l)
      throw new ShapeError(
        `matmul: ${showShape(a.shape)}${transposeA ? "ᵀ" : ""} times ${showShape(b.shape)}${transposeB ? "ᵀ" : ""}: inner sizes ${k} and ${l} differ`,
      );
    return one([...broadcastShapes("matmul", [a.shape.slice(0, -2), b.shape.slice(0, -2)]), m, n], dtype);
  },
  simplify([a, b], params) {
    if (a.dtype !== b.dtype || !a.dtype.startsWith("float") || !isMatrix(a) || !isMatrix(b)) return null;
    const { transposeA, transposeB } = params;
    if (sides(a, transposeA)[1] !== sides(b, transposeB)[0]) return null;
    // An outer product is elementwise, where constants fold and repeated operands are not stored.
    if (sides(a, transposeA)[1] === 1 && sides(b, transposeB)[0] === 1)
      return [mul(transposeA ? swapLast(a) : a, transposeB ? swapLast(b) : b)];
    const scaled = transposeA ? null : columnScaled(a);
    if (!scaled) return null;
    // (X diag r) B = X (diag r B): scaling B, which a loop over X hoists out, saves a pass over X. For two rows as for
    // many, so that a row has the same bits among them.
    const scale = transposeB ? scaled.row : reshape(scaled.row, [a.shape[1]!, 1]);
    return [matmulWith(scaled.rest, mul(b, scale), params)];
  },
  vjp(g, { inputs: [a, b], params: { transposeA, transposeB } }) {
    // y = op(a) op(b): the cotangent of op(a) is g op(b)ᵀ, of op(b) is op(a)ᵀ g; transposed again where op transposes.
    const da = transposeA
      ? matmulWith(b, g, { transposeA: transposeB, transposeB: true })
      : matmulWith(g, b, { transposeA: false, transposeB: !transposeB });
    const db = transposeB
      ? matmulWith(g, a, { transposeA: true, transposeB: transposeA })
      : matmulWith(a, g, { transposeA: !transposeA, transposeB: false });
    return [da, db];
  },
  lower(to, [a, b], { inputs: [x, y], params: { transposeA, transposeB } }) {
    if (isMatrix(x) && isMatrix(y)) {
      const flags = { transA: { int: transposeA ? 1 : 0 }, transB: { int: transposeB ? 1 : 0 } };
      return [to.node("Gemm", [a!, b!], flags)];
    }
    const swap = (name: string, e: Expr): string => {
      const n = e.shape.length;
      return to.node("Transpose", [name], { perm: { ints: [...Array(n - 2).keys(), n - 1, n - 2] } });
    };
    return [to.node("MatMul", [transposeA ? swap(a!, x) : a!, transposeB ? swap(b!, y) : b!])];
  },
  kernel: { product: ({ params }) => params },
};

const matmulWith = (a: Expr, b: Expr, params: MatmulParams): Expr => apply1(matmulOp, [a, b] as const, params);

/**
 * Matrix product over the last two axes; leading axes broadcast: `(…, m, k) · (…, k, n) → (…, m, n)`. Vectors are not
 * promoted. @throws ShapeError when inner sizes differ or an operand has fewer than two axes.
 */
export function matmul(a: Expr, b: Expr, { transposeA = false, transposeB = false } = {}): Expr {
  for (const e of [a, b])
    if (e.shape.length < 2) throw new ShapeError(`matmul: operands need two axes or more, got ${showShape(e.shape)}`);
  return matmulWith(a, b, { transposeA, transposeB });
}

interface AffineParams {
  /** Whether the weight is read as `(out, in)`. */
  readonly transposeWeight: boolean;
}

const affineOp: Op<AffineParams, readonly [Expr, Expr, Expr]> = {
  name: "affine",
  infer([x, w, b], { transposeWeight }) {
    const dtype = sameDType("affine", [x, w, b]);
    expectFloat("affine", x);
    const [from, to] = w.shape.length === 2 ? sides(w, transposeWeight) : [];
    if (x.shape.length !== 2 || to === undefined || x.shape[1] !== from || b.shape.join() !== `${to}`)
      throw new ShapeError(
        `affine: x ${showShape(x.shape)}, weight ${showShape(w.shape)}, bias ${showShape(b.shape)} do not fit (n, in), ${transposeWeight ? "(out, in)" : "(in, out)"}, (out)`,
      );
    return one([x.shape[0]!, to], dtype);
  },
  vjp(g, { inputs: [x, w], params: { transposeWeight } }) {
    const dw = transposeWeight ? matmul(g, x, { transposeA: true }) : matmul(x, g, { transposeA: true });
    return [matmul(g, w, { transposeB: !transposeWeight }), dw, sum(g, 0)];
  },
  lower: (to, [x, w, b], { params: { transposeWeight } }) => [
    to.node("Gemm", [x!, w!, b!], transposeWeight ? { transB: { int: 1 } } : {}),
  ],
  kernel: {
    compose: ({ inputs: [x, w, b], params: { transposeWeight } }) => [
      add(matmul(x, w, { transposeB: transposeWeight }), b),
    ],
  },
};

/**
 * `x W + b` in one pass: `(n, in) · (in, out) + (out) → (n, out)`; with `transposeWeight`, `x Wᵀ + b` of `(out, in)`.
 * @throws ShapeError
 */
export const affine = (x: Expr, weight: Expr, bias: Expr, { transposeWeight = false } = {}): Expr =>
  apply1(affineOp, [x, weight, bias] as const, { transposeWeight });

/** Inner product over the last axis: `(…, n), (…, n) → (…)`. @throws ShapeError when neither operand has an axis. */
export function dot(a: Expr, b: Expr): Expr {
  const product = mul(a, b);
  if (product.shape.length === 0) throw new ShapeError("dot: operands need an axis, got () and ()");
  return sum(product, -1);
}
