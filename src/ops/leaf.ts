/** Where values enter a graph: inputs, constants; and where derivatives end. */

import { apply1, type Expr, isExpr, isResultOf, type Op, type Operand, one } from "../ir/expr.js";
import { identityOf } from "../ir/key.js";
import { sameDType, showType, type TensorType } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import {
  allocate,
  cast as castTensor,
  type DType,
  type FloatTensor,
  type Shape,
  showShape,
  sizeOf,
  type Tensor,
  tensor,
} from "../util/tensor.js";

interface InputParams extends TensorType {
  readonly name: string;
  readonly serial: number;
}

const inputOp: Op<InputParams, readonly []> = {
  name: "input",
  infer: (_, { shape, dtype }) => one(shape, dtype),
  key: ({ serial }) => `${serial}`,
  show: ({ name }) => name,
};

let serial = 0;

/** A value given when the program runs. Each call makes a new one, whatever its name. */
export const input = (name: string, shape: Shape, dtype: DType = "float32"): Expr =>
  apply1(inputOp, [] as const, { name, shape, dtype, serial: serial++ });

interface ConstantParams {
  readonly value: Tensor;
  readonly key: string;
}

const constantOp: Op<ConstantParams, readonly []> = {
  name: "constant",
  infer: (_, { value }) => one(value.shape, value.dtype),
  lower: (to, _, { params }) => [to.constant(params.value)],
  kernel: { constant: ({ params }) => params.value },
  key: ({ key }) => key,
  show: ({ value }) => (value.data.length <= 4 ? Array.from(value.data, String).join(" ") : "…"),
};

/** Constants up to this many elements are recognised by value, larger ones by the array they wrap. */
const KEYED_BY_VALUE = 64;

function constantKey({ data, dtype, shape }: Tensor): string {
  const kind = `${dtype}${showShape(shape)}`;
  if (data.length <= KEYED_BY_VALUE)
    return `${kind}${[...data].map((v: number | bigint) => (Object.is(v, -0) ? "-0" : `${v}`)).join()}`;
  return `${kind}@${identityOf(data)}`;
}

/** A value known when the program is built. The array must not change afterwards. */
export const constant = (value: Tensor): Expr => apply1(constantOp, [] as const, { value, key: constantKey(value) });

/** @throws ShapeError unless the number is an integer that a JavaScript number holds exactly. */
function wholeNumber(op: string, value: number): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new ShapeError(`${op}: ${value} is not a whole number, as int64 needs`);
}

/** A constant without axes. @throws ShapeError when an int64 is asked for and the value is not whole. */
export function scalar(value: number, dtype: DType = "float32"): Expr {
  if (dtype === "int64") return constant(tensor(BigInt64Array.of(wholeNumber("scalar", value)), []));
  if (dtype === "bool") return constant(tensor(Uint8Array.of(value ? 1 : 0), []));
  return constant(tensor(dtype === "float32" ? Float32Array.of(value) : Float64Array.of(value), []));
}

/** `0, 1, … , n − 1`. */
export function arange(n: number, dtype: "float32" | "float64" | "int64" = "float32"): Expr {
  const data = allocate(dtype, n);
  for (let i = 0; i < n; i++) data[i] = dtype === "int64" ? BigInt(i) : i;
  return constant(tensor(data, [n]));
}

/** The number a scalar constant holds, also when it was spread by broadcasting; else `undefined`. */
export function constantValue(e: Expr): number | undefined {
  const source = peel(e);
  return isResultOf(constantOp, source) && sizeOf(source.shape) === 1
    ? Number(source.node.params.value.data[0])
    : undefined;
}

/** The expression before it was repeated by broadcasting. */
export function peel(e: Expr): Expr {
  let source = e;
  while (source.node.op.spreads) source = source.node.inputs[0]!;
  return source;
}

/**
 * Operands as expressions: numbers become constants of the dtype the expressions share.
 * @throws ShapeError when all are numbers, when dtypes differ, or when a fraction meets int64.
 */
export function operands(op: string, given: readonly Operand[]): Expr[] {
  const exprs = given.filter(isExpr);
  if (exprs.length === 0) throw new ShapeError(`${op}: at least one operand must be an expression`);
  const dtype = sameDType(op, exprs);
  if (dtype === "int64") for (const x of given) if (!isExpr(x)) wholeNumber(op, x);
  return given.map((x) => (isExpr(x) ? x : scalar(x, dtype)));
}

const stopGradientOp: Op<null, readonly [Expr]> = {
  name: "stopGradient",
  views: true,
  infer: ([x]) => one(x.shape, x.dtype),
  vjp: () => [null],
  lower: (_, [x]) => [x!],
  kernel: { view: (source) => source },
};

/** The same value, through which no derivative flows. */
export const stopGradient = (x: Expr): Expr => apply1(stopGradientOp, [x] as const, null);

/** ONNX's numbers for element types. */
const ONNX_TYPE: Record<DType, number> = { float32: 1, int64: 7, bool: 9, float64: 11 };

/** A constant in another precision. ONNX Runtime for the web cannot load some graphs in which such a cast is left. */
function rounded(x: Expr, dtype: DType): FloatTensor | undefined {
  if (!isResultOf(constantOp, x) || !(dtype === "float32" || dtype === "float64")) return undefined;
  const { value } = x.node.params;
  return value.dtype.startsWith("float") ? castTensor(value as FloatTensor, dtype) : undefined;
}

const castOp: Op<DType, readonly [Expr]> = {
  name: "cast",
  infer: ([x], dtype) => one(x.shape, dtype),
  vjp: (g, { inputs: [x] }) => [x.dtype.startsWith("float") ? cast(g, x.dtype) : null],
  lower(to, [x], { inputs, params }) {
    const value = rounded(inputs[0], params);
    return [value ? to.constant(value) : to.node("Cast", [x!], { to: { int: ONNX_TYPE[params] } })];
  },
  kernel: { map: (m, [x], { params }) => m.cast(x!, params) },
};

/** Convert to another dtype. Differentiable between floating-point types. */
export function cast(x: Expr, dtype: DType): Expr {
  if (x.dtype === dtype) return x;
  const value = constantValue(x);
  if (value !== undefined && x.shape.length === 0 && Number.isFinite(value) && dtype !== "bool" && dtype !== "int64")
    return scalar(value, dtype);
  return apply1(castOp, [x] as const, dtype);
}

/** @throws ShapeError unless the expression has exactly the type. */
export function expectType(what: string, e: Expr, type: TensorType): void {
  if (e.dtype !== type.dtype || e.shape.join() !== type.shape.join())
    throw new ShapeError(`${what}: expected ${showType(type)}, got ${showType(e)}`);
}
