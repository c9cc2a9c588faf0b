import type { Expr } from "../../ir/expr.js";
import { freeze, joinLayouts, layoutOf, packVectors, splitVector, unpack } from "../../nn/layout.js";
import { add, div, exp, mul, neg } from "../../ops/arithmetic.js";
import { conv2d } from "../../ops/convolution.js";
import { cast, constant } from "../../ops/leaf.js";
import { matmul } from "../../ops/linalg.js";
import { broadcastTo, reshape, sum } from "../../ops/shape.js";
import { rotation } from "../../random/rotation.js";
import { lu } from "../../util/lu.js";
import { tensor } from "../../util/tensor.js";
import type { Bijector } from "../bijector.js";
import type { Image } from "../event-kind.js";
import { eye, unitTriangularInverse } from "./triangular-inverse.js";

/** 1 below the diagonal. */
const below = (n: number): Float32Array =>
  Float32Array.from({ length: n * n }, (_, i) => (i % n < Math.floor(i / n) ? 1 : 0));

/**
 * Invertible 1×1 convolution (Kingma & Dhariwal 2018): towards the base the channels of every pixel are multiplied by
 * `W = P L (U + diag s)`, with P a fixed permutation, L lower triangular with ones on its diagonal, U strictly upper
 * triangular and the signs of s fixed: W stays invertible while L, U and log |s| are learned, and
 * `log |det W| = Σ log |s|` a pixel. It starts at a random rotation.
 */
export function invertibleConv(image: Image): Bijector {
  const [c, h, w] = image;
  const given = freeze(layoutOf({ permutation: [c, c], signs: [c] }));
  const learned = layoutOf({ lower: [c, c], upper: [c, c], logScales: [c] });
  const layouts = [given, learned];
  /** P, L, U, s and log |s|. */
  const leaves = (params: Expr) => {
    const [fixed, own] = splitVector(params, layouts) as [Expr, Expr];
    const { permutation, signs } = unpack(given, fixed) as Record<"permutation" | "signs", Expr>;
    const { lower, upper, logScales } = unpack(learned, own) as Record<"lower" | "upper" | "logScales", Expr>;
    const mask = cast(constant(tensor(below(c), [c, c])), params.dtype);
    const above = cast(constant(tensor(transposed(below(c), c), [c, c])), params.dtype);
    const one = eye(c, params);
    return {
      permutation,
      lower: add(mul(lower, mask), one),
      upper: mul(upper, above),
      scales: mul(signs, exp(logScales)),
      logScales,
      one,
    };
  };
  const along = (x: Expr, matrix: Expr): Expr => conv2d(x, reshape(matrix, [c, c, 1, 1]));
  const logDet = (x: Expr, logScales: Expr): Expr => broadcastTo(mul(h * w, sum(logScales)), [x.shape[0]!]);
  return {
    layout: joinLayouts({ given, learned }),
    takes: image,
    gives: image,
    init(key) {
      const { permutation, lower, upper } = lu(Float64Array.from(rotation(key, c).flat()), c);
      const diagonal = Array.from({ length: c }, (_, i) => upper[i * (c + 1)]!);
      const strict = (m: Float64Array): Float64Array => m.map((v, i) => (i % (c + 1) === 0 ? 0 : v));
      const logs = diagonal.map((s) => Math.log(Math.abs(s)));
      return packVectors([permutation, diagonal.map(Math.sign), strict(lower), strict(upper), logs]);
    },
    pullBack({ data, shape }, params) {
      const matrix = matrixOf(params, c);
      const out = new Float32Array(data.length);
      const pixels = h * w;
      for (let at = 0; at < data.length; at += c * pixels)
        for (let i = 0; i < c; i++)
          for (let j = 0; j < c; j++) {
            const weight = matrix[i * c + j]!;
            for (let k = 0; k < pixels; k++) out[at + i * pixels + k]! += weight * data[at + j * pixels + k]!;
          }
      return tensor(out, shape);
    },
    // W⁻¹ = (U + diag s)⁻¹ L⁻¹ Pᵀ, and U + diag s = (I + U diag 1/s) diag s.
    forward(x, params) {
      const { permutation, lower, upper, scales, logScales, one } = leaves(params);
      const left = unitTriangularInverse(add(one, div(upper, reshape(scales, [1, c]))));
      const inverse = matmul(
        div(left, reshape(scales, [c, 1])),
        matmul(unitTriangularInverse(lower), permutation, { transposeB: true }),
      );
      return { y: along(x, inverse), logDet: neg(logDet(x, logScales)) };
    },
    inverse(y, params) {
      const { permutation, lower, upper, scales, logScales, one } = leaves(params);
      const matrix = matmul(permutation, matmul(lower, add(upper, mul(one, reshape(scales, [1, c])))));
      return { x: along(y, matrix), logDet: logDet(y, logScales) };
    },
  };
}

const transposed = (m: Float32Array, n: number): Float32Array => m.map((_, i) => m[(i % n) * n + Math.floor(i / n)]!);

/** W on the host, of parameters in the order of the layout. */
export function matrixOf(params: Float32Array, c: number): Float64Array {
  const square = c * c;
  const parts = { signs: square, lower: square + c, upper: 2 * square + c, logScales: 3 * square + c };
  const at = (part: keyof typeof parts, i: number): number => params[parts[part] + i]!;
  const l = (i: number, j: number): number => (i === j ? 1 : i > j ? at("lower", i * c + j) : 0);
  const u = (i: number, j: number): number =>
    i === j ? at("signs", i) * Math.exp(at("logScales", i)) : i < j ? at("upper", i * c + j) : 0;
  const product = (a: (i: number, j: number) => number, b: (i: number, j: number) => number) => {
    const out = new Float64Array(square);
    for (let i = 0; i < c; i++)
      for (let j = 0; j < c; j++) for (let k = 0; k < c; k++) out[i * c + j]! += a(i, k) * b(k, j);
    return out;
  };
  const lower = product(l, u);
  return product(
    (i, j) => params[i * c + j]!,
    (i, j) => lower[i * c + j]!,
  );
}
