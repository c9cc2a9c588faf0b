import { sizeOf } from "../util/tensor.js";
import { type Lowering, newBody } from "./build-body.js";
import type { Group } from "./fuse.js";
import type { Source } from "./kernels/body.js";
import { elementwise } from "./kernels/elementwise.js";
import { reduction } from "./kernels/reduction.js";
import { rowMajor, spread, squeezed, squeezedLayout, unsqueezedLayout } from "./layout.js";
import { lowerProduct } from "./lower-product.js";
import { type Address, elementAt, type Region, run, type Storage } from "./region.js";
import { literalOf, type Rule, type Step, type TensorValue } from "./values.js";

export function lowerGroup(lowering: Lowering, group: Group): void {
  const { anchor } = group;
  if (anchor === null) lowerMaps(lowering, group);
  else if ("product" in anchor.rule) lowerProduct(lowering, group, anchor);
  else if ("reduce" in anchor.rule) lowerReduction(lowering, group, anchor, anchor.rule);
  else if ("place" in anchor.rule) lowerPlaces(lowering, anchor, anchor.rule);
}

function lowerMaps(lowering: Lowering, { maps, domain }: Group): void {
  const built = newBody(lowering, domain, squeezedLayout);
  for (const step of maps) built.add(step);
  const sizes = squeezed(maps[0]!.outputs[0]!.shape);
  run(lowering.region, elementwise(sizes, built.body), [...built.readFrom, ...built.writeTo]);
}

function lowerReduction(
  lowering: Lowering,
  group: Group,
  anchor: Step,
  rule: Extract<Rule, { reduce: unknown }>,
): void {
  const [input, output] = [anchor.inputs[0]!, anchor.outputs[0]!];
  const axes = rule.axes(anchor.node);
  const stays = (_: unknown, axis: number): boolean => !axes.includes(axis);
  const goes = (_: unknown, axis: number): boolean => axes.includes(axis);
  // In the order of the axes of what is reduced, which may stand in another shape of the same elements.
  const before = newBody(lowering, squeezed(input.shape).join(), (layout, shape) => {
    const { offset, strides } = unsqueezedLayout(squeezedLayout(layout, shape), input.shape);
    return { offset, strides: [...strides.filter(stays), ...strides.filter(goes)] };
  });
  for (const step of group.before) before.add(step);
  before.end(input);
  const after = newBody(lowering, group.domain, (layout, shape) =>
    unsqueezedLayout(squeezedLayout(layout, shape), output.shape),
  );
  after.give(output, { given: 0 });
  for (const step of group.maps) after.add(step);
  const kernel = reduction({
    ...{ by: rule.reduce, dtype: input.dtype },
    ...{ kept: input.shape.filter(stays), gone: input.shape.filter(goes) },
    ...{ before: before.body, after: after.body },
  });
  run(lowering.region, kernel, [...before.readFrom, ...after.readFrom, ...after.writeTo]);
}

/** Operands where they belong, zeros where none is. */
function lowerPlaces({ region, storage }: Lowering, anchor: Step, rule: Extract<Rule, { place: unknown }>): void {
  const output = anchor.outputs[0]!;
  const { axis, starts } = rule.place(anchor.node);
  const target = storage.addressOf(output);
  const { dtype } = output;
  const covered = anchor.inputs.reduce((sum, v) => sum + sizeOf(v.shape), 0);
  const strides = rowMajor(output.shape).strides;
  const from: Source = { literal: 0, dtype };
  if (covered < sizeOf(output.shape))
    run(region, elementwise(output.shape, { reads: [], steps: [], writes: [{ dtype, strides, from }] }), [target]);
  for (const [i, input] of anchor.inputs.entries()) {
    // An axis of one element has stride 0 in a layout, though a piece may stand anywhere along it.
    const step = output.shape.slice(axis + 1).reduce((n, k) => n * k, 1);
    copyTo(region, storage, input, elementAt(target, dtype, starts[i]! * step), strides);
  }
}

/** Copy the elements of a value to where those of its shape lie from an address on. */
export function copyTo(
  region: Region,
  storage: Storage,
  value: TensorValue,
  target: Address,
  strides: readonly number[] = rowMajor(value.shape).strides,
): void {
  const { dtype, shape, base, layout } = value;
  const literal = literalOf(value);
  const write = { dtype, strides };
  if (literal !== undefined && typeof literal === "number") {
    run(region, elementwise(shape, { reads: [], steps: [], writes: [{ ...write, from: { literal, dtype } }] }), [
      target,
    ]);
    return;
  }
  const source = elementAt(storage.addressOf(base), dtype, layout.offset);
  const read = { dtype, strides: spread(layout, shape, shape).strides };
  run(region, elementwise(shape, { reads: [read], steps: [], writes: [{ ...write, from: { read: 0 } }] }), [
    source,
    target,
  ]);
}
