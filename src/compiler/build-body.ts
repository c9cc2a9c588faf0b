/** The body of a kernel, built of the steps of a group. */

import type { Layout } from "../ir/kernel.js";
import type { Shape } from "../util/tensor.js";
import { isInOrder } from "./fuse.js";
import type { BodyStep, ElementAccess, KernelBody, Source } from "./kernels/body.js";
import { rowMajor, spread } from "./layout.js";
import { type Address, elementAt, type Region, type Storage } from "./region.js";
import { literalOf, type Step, type TensorValue } from "./values.js";

/** What is known while the groups of one region are lowered. */
export interface Lowering {
  readonly region: Region;
  readonly storage: Storage;
  /** Whether somebody reads a value from memory. */
  isStored(value: TensorValue): boolean;
  /** Where a value was made that a loop does not change: there it is packed. */
  homeOf(value: TensorValue): Region;
  /** Panels that were packed before. */
  readonly panels: Map<string, Address>;
}

/**
 * Whether a number may stand in code. Others, such as step sizes, are read as what is given: programs that differ in them
 * alone are one module, which is compiled once.
 */
const isOfFormulas = (x: number): boolean => !Number.isFinite(x) || (Math.abs(x) < 2 ** 20 && Number.isInteger(x * 64));

/** A body under construction, and the addresses of what it reads and writes. */
export function newBody(
  { storage, isStored }: Lowering,
  domain: string,
  axesOf: (layout: Layout, shape: Shape) => Layout,
) {
  const reads: ElementAccess[] = [];
  const readFrom: Address[] = [];
  const known = new Map<string, number>();
  const steps: BodyStep[] = [];
  const writes: (ElementAccess & { from: Source })[] = [];
  const writeTo: Address[] = [];
  const made = new Map<TensorValue, Source>();
  const sourceOf = (value: TensorValue, shape: Shape): Source => {
    const inside = made.get(value.base);
    if (inside && isInOrder(value, domain)) return inside;
    const literal = literalOf(value);
    if (literal !== undefined && isOfFormulas(Number(literal))) return { literal: Number(literal), dtype: value.dtype };
    const { offset, strides } = axesOf(spread(value.layout, value.shape, shape), shape);
    const address = elementAt(storage.addressOf(value.base), value.dtype, offset);
    const key = `${value.dtype} ${strides} ${addressKey(address)}`;
    let read = known.get(key);
    if (read === undefined) {
      read = reads.push({ dtype: value.dtype, strides }) - 1;
      readFrom.push(address);
      known.set(key, read);
    }
    return { read };
  };
  const write = (value: TensorValue): void => {
    if (!isStored(value)) return;
    const { strides } = axesOf(rowMajor(value.shape), value.shape);
    writes.push({ dtype: value.dtype, strides, from: made.get(value)! });
    writeTo.push(storage.addressOf(value));
  };
  return {
    give(value: TensorValue, source: Source): void {
      made.set(value, source);
      write(value);
    },
    add({ rule, node, inputs, outputs }: Step): void {
      const output = outputs[0]!;
      const operands = inputs.map((v) => sourceOf(v, output.shape));
      const step: BodyStep = { rule: rule as BodyStep["rule"], node, dtype: output.dtype, operands };
      made.set(output, { step: steps.push(step) - 1 });
      write(output);
    },
    /** What a reduction adds up. */
    end(value: TensorValue): void {
      writes.push({ dtype: value.dtype, strides: [], from: sourceOf(value, value.shape) });
    },
    body: { reads, steps, writes } as KernelBody,
    readFrom,
    writeTo,
  };
}

const numbers = new WeakMap<object, number>();
let count = 0;
export const numberOf = (thing: object): number => {
  if (!numbers.has(thing)) numbers.set(thing, count++);
  return numbers.get(thing)!;
};

/** Text of an address: equal texts are equal addresses. */
export const addressKey = ({ block, bytes, moving }: Address): string =>
  `${numberOf(block)}+${bytes}${moving.map((m) => `+${numberOf(m.loop)}*${m.bytes}`).join("")}`;
