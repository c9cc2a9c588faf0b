/** What a kernel computes for each element: elementwise steps over numbers that are read, known, or given to it. */

import type { Node } from "../../ir/expr.js";
import { identityOf, parameterKey } from "../../ir/key.js";
import type { DType } from "../../util/tensor.js";
import type { Assembler, Pointer } from "../machine.js";
import { type Held, scalarMath } from "../scalar-math.js";
import type { Rule } from "../values.js";
import { readLanes, type Width, writeLanes } from "./access.js";

/** Where a number of a body comes from. */
export type Source =
  | { readonly read: number }
  | { readonly literal: number; readonly dtype: DType }
  /** What the kernel around it computed. */
  | { readonly given: number }
  | { readonly step: number };

/** Elements in memory: how they lie along the axes of the kernel, counted in elements. */
export interface ElementAccess {
  readonly dtype: DType;
  readonly strides: readonly number[];
}

export interface BodyStep {
  readonly rule: Extract<Rule, { map: unknown }>;
  /** Nothing where elements are only copied. */
  readonly node: Node | null;
  readonly dtype: DType;
  readonly operands: readonly Source[];
}

export interface KernelBody {
  readonly reads: readonly ElementAccess[];
  readonly steps: readonly BodyStep[];
  readonly writes: readonly (ElementAccess & { readonly from: Source })[];
}

/** Text of one rule with the parameters it is used with. */
export const bodyStepKey = (rule: Rule, node: Node | null): string =>
  `${identityOf(rule)}${node ? `${node.op.key?.(node.params) ?? parameterKey(node.params)}${node.outputs[0]!.dtype}` : ""}`;

/** Text of a body: equal texts compute the same. */
export function bodyKey({ reads, steps, writes }: KernelBody): string {
  const access = ({ dtype, strides }: ElementAccess): string => `${dtype}[${strides}]`;
  const source = (s: Source): string => parameterKey(s);
  const shown = steps.map(({ rule, node, operands }) => `${bodyStepKey(rule, node)}(${operands.map(source)})`);
  return `${reads.map(access)};${shown};${writes.map((w) => `${source(w.from)}${access(w)}`)}`;
}

/** Dtypes of everything in a body, known numbers too: a cast may begin at one. */
export function bodyDtypes({ reads, steps, writes }: KernelBody): DType[] {
  const sources = [...steps.flatMap(({ operands }) => operands), ...writes.map(({ from }) => from)];
  const literals = sources.flatMap((s) => ("literal" in s ? [s] : []));
  return [...reads, ...steps, ...writes, ...literals].map(({ dtype }) => dtype);
}

/** How wide truth is in the lanes of a body that is given numbers of these dtypes. */
const widthOf = (body: KernelBody, given: readonly DType[]): Width =>
  [...bodyDtypes(body), ...given].includes("float64") ? "f64" : "f32";

/** Numbers that do not change along the innermost axis, read once for each width. */
export type Fixed = readonly (Held | null)[];

/** Read what stands still along the last axis. */
export function readFixed(
  to: Assembler,
  body: KernelBody,
  lanes: number,
  pointers: readonly Pointer[],
  given: readonly DType[] = [],
): Fixed {
  const width = widthOf(body, given);
  return body.reads.map(({ dtype, strides }, i) =>
    (strides.at(-1) ?? 0) === 0 ? readLanes(to, { dtype, lanes, stride: 0, width }, pointers[i]!) : null,
  );
}

/**
 * Compute a body once, for `lanes` elements along the last axis, and return what it would write.
 * @param pointers addresses of what it reads.
 */
export function computeBody(
  to: Assembler,
  body: KernelBody,
  lanes: number,
  { pointers, fixed, given }: { pointers: readonly Pointer[]; fixed: Fixed; given: readonly Held[] },
): Held[] {
  const math = scalarMath(to, lanes);
  const width = widthOf(
    body,
    given.map(({ dtype }) => dtype),
  );
  const read = body.reads.map(
    ({ dtype, strides }, i) =>
      fixed[i] ?? readLanes(to, { dtype, lanes, stride: strides.at(-1) ?? 0, width }, pointers[i]!),
  );
  const computed: Held[] = [];
  const resolve = (s: Source): Held => {
    if ("read" in s) return read[s.read]!;
    if ("given" in s) return given[s.given]!;
    if ("step" in s) return computed[s.step]!;
    return math.constant(s.literal, s.dtype) as Held;
  };
  const uses = usesOf(body);
  for (const [i, { rule, node, operands }] of body.steps.entries()) {
    const { factors, ...result } = rule.map(math, operands.map(resolve), node as Node) as Held;
    // A product that is read twice is rounded for both alike: a difference of the two is 0.
    computed.push(factors && uses[i] === 1 ? { ...result, factors } : result);
  }
  return body.writes.map(({ from }) => resolve(from));
}

/** How often the result of each step is read. */
function usesOf({ steps, writes }: KernelBody): number[] {
  const uses = steps.map(() => 0);
  for (const source of [...steps.flatMap(({ operands }) => operands), ...writes.map(({ from }) => from)])
    if ("step" in source) uses[source.step] = uses[source.step]! + 1;
  return uses;
}

/** Write what a body came to. */
export function writeBody(
  to: Assembler,
  { writes }: KernelBody,
  values: readonly Held[],
  pointers: readonly Pointer[],
) {
  for (const [i, held] of values.entries()) writeLanes(to, held, pointers[i]!, writes[i]!.strides.at(-1) ?? 0);
}
