/** From a matrix product and what follows it to the statement that computes both. */

import type { Layout } from "../ir/kernel.js";
import type { DType, Shape } from "../util/tensor.js";
import { addressKey, type Lowering, newBody, numberOf } from "./build-body.js";
import type { Group } from "./fuse.js";
import type { BodyStep, KernelBody, Source } from "./kernels/body.js";
import { elementwise } from "./kernels/elementwise.js";
import { BYTES } from "./kernels/kernel.js";
import { packPanels, product, TILE_BYTES } from "./kernels/product.js";
import { reduction } from "./kernels/reduction.js";
import { spread, squeezedLayout, unsqueezedLayout } from "./layout.js";
import { type Address, elementAt, newBlock, run, startOf } from "./region.js";
import type { Rule, Step, TensorValue } from "./values.js";

/** Inner axes this short are added up element by element, without tiles. */
const SHORT = 4;
/**
 * Columns so few are sums of products each, along the inner axis, if that is long, and in another order than those of more.
 * Rows of a batch that are the columns of a product have other bits where they are so few: nowhere else does a row's
 * result depend on how many there are.
 */
const FEW = 4;
/** Bytes from which on a right operand that lies well is still packed: its rows would share few lines of the cache. */
const PACKED_FROM = 16384;

const multiply: Rule = { map: (math, [a, b]) => math.mul(a!, b!) };
const plus: Rule = { map: (math, [a, b]) => math.add(a!, b!) };

interface Operands {
  readonly dtype: "float32" | "float64";
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Strides along the leading axes, rows (of the left), the inner axis, columns (of the right). */
  readonly a: { readonly from: Address; readonly batch: readonly number[]; readonly m: number; readonly k: number };
  readonly b: { readonly from: Address; readonly batch: readonly number[]; readonly n: number; readonly k: number };
}

function operandsOf({ storage }: Lowering, anchor: Step, rule: Extract<Rule, { product: unknown }>): Operands {
  const { transposeA, transposeB } = rule.product(anchor.node);
  const [a, b] = anchor.inputs as [TensorValue, TensorValue];
  const { shape, dtype } = anchor.outputs[0]!;
  const batch = shape.slice(0, -2);
  const side = (value: TensorValue, transposed: boolean) => {
    const lead = spread(
      { offset: 0, strides: value.layout.strides.slice(0, -2) },
      value.shape.slice(0, -2),
      batch,
    ).strides;
    const [r, c] = value.layout.strides.slice(-2) as [number, number];
    const from = elementAt(storage.addressOf(value.base), value.dtype, value.layout.offset);
    return { from, batch: lead, rows: transposed ? c : r, columns: transposed ? r : c };
  };
  const [left, right] = [side(a, transposeA), side(b, transposeB)];
  return {
    dtype: dtype as "float32" | "float64",
    ...{ batch, m: shape.at(-2)!, n: shape.at(-1)!, k: a.shape.at(transposeA ? -2 : -1)! },
    a: { from: left.from, batch: left.batch, m: left.rows, k: left.columns },
    b: { from: right.from, batch: right.batch, n: right.columns, k: right.rows },
  };
}

export function lowerProduct(lowering: Lowering, group: Group, anchor: Step): void {
  const rule = anchor.rule as Extract<Rule, { product: unknown }>;
  const given = operandsOf(lowering, anchor, rule);
  const output = anchor.outputs[0]!;
  // With few columns and rows that are neighbours, the columns of the transposed product are the long ones.
  const turned = given.n <= FEW && given.m > FEW && given.a.m === 1;
  const o: Operands = turned
    ? {
        ...given,
        ...{ m: given.n, n: given.m },
        ...{ a: { ...given.b, m: given.b.n }, b: { ...given.a, n: given.a.m } },
      }
    : given;
  const axes = (layout: Layout, shape: Shape): Layout => {
    const { offset, strides } = unsqueezedLayout(squeezedLayout(layout, shape), output.shape);
    return { offset, strides: turned ? [...strides.slice(0, -2), strides.at(-1)!, strides.at(-2)!] : strides };
  };
  const after = newBody(lowering, group.domain, axes);
  after.give(output, { given: 0 });
  for (const step of group.maps) after.add(step);
  const { region } = lowering;
  const ends = [...after.readFrom, ...after.writeTo];
  const { dtype, batch, m, n, k } = o;
  if (k > 0 && k <= SHORT) {
    run(region, elementwise([...batch, m, n], unrolled(o, after.body)), [...operandAddresses(o), ...ends]);
    return;
  }
  if (n <= FEW && o.a.k === 1) {
    const before: KernelBody = {
      reads: [
        { dtype, strides: [...o.a.batch, o.a.m, 0, o.a.k] },
        { dtype, strides: [...o.b.batch, 0, o.b.n, o.b.k] },
      ],
      steps: [{ rule: multiply as BodyStep["rule"], node: null, dtype, operands: [{ read: 0 }, { read: 1 }] }],
      writes: [{ dtype, strides: [], from: { step: 0 } }],
    };
    const kernel = reduction({ by: "add", dtype, kept: [...batch, m, n], gone: [k], before, after: after.body });
    run(region, kernel, [o.a.from, o.b.from, ...ends]);
    return;
  }
  const packed = panelsOf(lowering, turned ? anchor.inputs[0]! : anchor.inputs[1]!, o);
  const kernel = product({
    ...{ dtype, batch, m, n, k, after: after.body },
    a: [...o.a.batch, o.a.m, o.a.k],
    b: packed ? "panels" : [...o.b.batch, o.b.k, o.b.n],
  });
  run(region, kernel, [o.a.from, packed ?? o.b.from, startOf(newBlock(region, TILE_BYTES)), ...ends]);
}

/** The panels of a right operand, packed where it was made, if it is read better from panels. */
function panelsOf(lowering: Lowering, value: TensorValue, { dtype, batch, m, n, k, b }: Operands): Address | null {
  const large = n * k * BYTES[dtype] > PACKED_FROM && m > SHORT;
  if (batch.length > 0 || ((b.n === 1 || n === 1) && !large)) return null;
  const key = `${numberOf(value.base)} ${addressKey(b.from)} ${k} ${n} ${b.k} ${b.n}`;
  const known = lowering.panels.get(key);
  if (known) return known;
  const home = lowering.homeOf(value.base);
  const panels = startOf(newBlock(home, n * k * BYTES[dtype]));
  run(home, packPanels(dtype, k, n, [b.k, b.n]), [b.from, panels]);
  lowering.panels.set(key, panels);
  return panels;
}

const operandAddresses = ({ dtype, k, a, b }: Operands): Address[] =>
  [a, b].flatMap(({ from, k: step }) => Array.from({ length: k }, (_, i) => elementAt(from, dtype, i * step)));

/** A product with a short inner axis as a body: the sum is its first steps. */
function unrolled({ dtype, k, a, b }: Operands, after: KernelBody): KernelBody {
  const steps: BodyStep[] = [];
  const add = (rule: Rule, operands: Source[]): Source => ({
    step: steps.push({ rule: rule as BodyStep["rule"], node: null, dtype: dtype as DType, operands }) - 1,
  });
  let sum: Source | undefined;
  for (let i = 0; i < k; i++) {
    const term = add(multiply, [{ read: i }, { read: k + i }]);
    sum = sum ? add(plus, [sum, term]) : term;
  }
  const own = steps.length;
  const moved = (s: Source): Source =>
    "given" in s ? sum! : "read" in s ? { read: s.read + 2 * k } : "step" in s ? { step: s.step + own } : s;
  const leftStrides = { dtype, strides: [...a.batch, a.m, 0] };
  const rightStrides = { dtype, strides: [...b.batch, 0, b.n] };
  return {
    reads: [
      ...Array.from({ length: k }, () => leftStrides),
      ...Array.from({ length: k }, () => rightStrides),
      ...after.reads,
    ],
    steps: [...steps, ...after.steps.map((s) => ({ ...s, operands: s.operands.map(moved) }))],
    writes: after.writes.map((w) => ({ ...w, from: moved(w.from) })),
  };
}
