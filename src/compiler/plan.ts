/** From a graph to a program: groups of steps lowered to statements, loops to regions of their own. */

import type { Body, Expr } from "../ir/expr.js";
import type { ConditionalRepeat, CountedRepeat } from "../ir/kernel.js";
import { bytesOf } from "../ir/memory.js";
import { sizeOf, type Tensor } from "../util/tensor.js";
import type { Lowering } from "./build-body.js";
import { fuse, type Group } from "./fuse.js";
import { BYTES } from "./kernels/kernel.js";
import { ownLoops } from "./kernels/own-loops.js";
import { freshValue, linearize } from "./linearize.js";
import { copyTo, lowerGroup } from "./lower-group.js";
import { ALIGNMENT, placeBlocks } from "./memory.js";
import {
  type Address,
  type Block,
  elementAt,
  givenBlock,
  newBlock,
  newRegion,
  type Region,
  run,
  type Storage,
  startOf,
} from "./region.js";
import { directTargets, storedValues, type Target } from "./targets.js";
import { type Tiling, tileRows, usualTiling } from "./tile.js";
import type { Step, TensorValue } from "./values.js";

/** A program, for any target: statements over blocks, of which inputs, outputs, constants and workspace are given. */
export interface LoopProgram {
  readonly region: Region;
  /** What is given, in the order of their numbers: inputs, outputs, constants, workspace. */
  readonly inputs: readonly Block[];
  readonly outputs: readonly Block[];
  readonly constants: Uint8Array<ArrayBuffer>;
  readonly workspaceBytes: number;
}

/** What all regions of a program share. */
interface Planner {
  readonly storage: Storage;
  readonly homes: Map<TensorValue, Region>;
  readonly root: Region;
  readonly panels: Map<string, Address>;
}

/** Numbers that are known when the program is built, in one block. */
function newConstants(block: Block) {
  const parts: { at: number; tensor: Tensor }[] = [];
  const places = new Map<Tensor, Address>();
  let size = 0;
  return {
    addressOf(tensor: Tensor): Address {
      let place = places.get(tensor);
      if (!place) {
        place = { block, bytes: size, moving: [] };
        places.set(tensor, place);
        parts.push({ at: size, tensor });
        size += Math.ceil((tensor.data.length * BYTES[tensor.dtype]) / ALIGNMENT) * ALIGNMENT;
      }
      return place;
    },
    bytes(): Uint8Array<ArrayBuffer> {
      const all = new Uint8Array(size);
      for (const { at, tensor } of parts)
        all.set(new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength), at);
      return all;
    },
  };
}

/**
 * A program that computes the outputs from the inputs.
 * @throws NoRule where an operation cannot be compiled.
 */
export function plan(inputs: readonly Expr[], outputs: readonly Expr[], tiling: Tiling = usualTiling): LoopProgram {
  const given = [...inputs, ...outputs].map((e, i) => givenBlock(bytesOf(e), i));
  const constants = newConstants(givenBlock(0, given.length));
  const addresses = new Map<TensorValue, Address>();
  const storage: Storage = {
    has: (value) => value.known !== null || addresses.has(value),
    addressOf(value) {
      const address = value.known ? constants.addressOf(value.known) : addresses.get(value);
      if (!address) throw new Error(`the compiler gave ${value.step?.node?.op.name ?? "a value"} no memory`);
      return address;
    },
    put: (value, address) => void addresses.set(value, address),
  };
  const root = newRegion();
  const planner: Planner = { storage, homes: new Map(), root, panels: new Map() };
  const values = new Map<Expr, TensorValue>();
  for (const [i, e] of inputs.entries()) {
    const value = freshValue(e, null);
    values.set(e, value);
    storage.put(value, startOf(given[i]!));
    planner.homes.set(value, root);
  }
  const targets = outputs.map((_, i) => ({ address: startOf(given[inputs.length + i]!), symbol: null }));
  planRegion(planner, root, outputs, values, targets);
  tileRows(root, tiling);
  const workspaceBytes = placeBlocks(root);
  return {
    region: root,
    inputs: given.slice(0, inputs.length),
    outputs: given.slice(inputs.length),
    constants: constants.bytes(),
    workspaceBytes,
  };
}

/** Statements that bring every result to its target. */
function planRegion(
  planner: Planner,
  region: Region,
  exprs: readonly Expr[],
  given: ReadonlyMap<Expr, TensorValue>,
  targets: readonly Target[],
): void {
  const { storage, homes } = planner;
  const { steps, results } = linearize(exprs, given);
  const groups = fuse(steps, results);
  for (const step of steps) for (const value of step.outputs) homes.set(value, region);
  const direct = directTargets(groups, results, targets);
  for (const [i, value] of results.entries()) if (direct.has(i)) storage.put(value, targets[i]!.address);
  const stored = storedValues(groups, results);
  const lowering: Lowering = {
    ...{ region, storage, panels: planner.panels },
    isStored: (value) => stored.has(value),
    homeOf: (value) => homes.get(value) ?? planner.root,
  };
  // What was there before the first statement is copied before anything takes its place.
  const early = results.flatMap((value, i) => (!value.base.step && !targets[i]!.symbol ? [i] : []));
  for (const i of early) copyTo(region, storage, results[i]!, targets[i]!.address);
  for (const group of groups) {
    for (const step of [...(group.anchor ? [group.anchor] : []), ...group.maps])
      for (const value of step.outputs)
        if (stored.has(value) && !storage.has(value)) storage.put(value, startOf(newBlock(region, bytesOf(value))));
    planGroup(planner, lowering, group);
  }
  const late = results.flatMap((_, i) => (direct.has(i) || early.includes(i) ? [] : [i]));
  exchange(
    planner,
    region,
    late.map((i) => ({ value: results[i]!, target: targets[i]! })),
  );
}

/** Copy values to targets, of which some may be where other values still lie. */
function exchange(planner: Planner, region: Region, moves: readonly { value: TensorValue; target: Target }[]): void {
  const { storage } = planner;
  const symbols = new Set(moves.flatMap(({ target }) => target.symbol ?? []));
  const held = moves.map(({ value, target }): TensorValue | null => {
    if (value.base === target.symbol && value === value.base) return null;
    if (!symbols.has(value.base)) return value;
    const saved = freshValue(value, null);
    storage.put(saved, startOf(newBlock(region, bytesOf(value))));
    copyTo(region, storage, value, storage.addressOf(saved));
    return saved;
  });
  for (const [i, value] of held.entries()) if (value) copyTo(region, storage, value, moves[i]!.target.address);
}

function planGroup(planner: Planner, lowering: Lowering, group: Group): void {
  const step = group.anchor;
  if (step && "loops" in step.rule) {
    const addresses = step.inputs.map((v) => elementAt(planner.storage.addressOf(v.base), v.dtype, v.layout.offset));
    run(lowering.region, ownLoops(step), [...addresses, ...step.outputs.map((v) => planner.storage.addressOf(v))]);
  } else if (step && "counted" in step.rule) planCounted(planner, lowering.region, step, step.rule.counted(step.node));
  else if (step && "conditional" in step.rule)
    planConditional(planner, lowering.region, step, step.rule.conditional(step.node));
  else lowerGroup(lowering, group);
}

/** The states of a loop in their memory, and symbols of its body bound to values there. */
function openLoop(
  planner: Planner,
  region: Region,
  body: Region,
  states: readonly { symbol: Expr; init: TensorValue; output: TensorValue }[],
) {
  const values = new Map<Expr, TensorValue>();
  const targets = states.map(({ symbol, init, output }): Target => {
    const { storage } = planner;
    if (!storage.has(output)) storage.put(output, startOf(newBlock(region, bytesOf(output))));
    const address = storage.addressOf(output);
    copyTo(region, storage, init, address);
    const value = freshValue(symbol, null);
    storage.put(value, address);
    planner.homes.set(value, body);
    values.set(symbol, value);
    return { address, symbol: value };
  });
  return { values, targets };
}

/** Operands of a loop as its body names them. */
function capture(values: Map<Expr, TensorValue>, step: Step, from: number): void {
  for (const [i, e] of step.node.inputs.entries()) if (i >= from && !values.has(e)) values.set(e, step.inputs[i]!);
}

function planCounted(planner: Planner, region: Region, step: Step, rule: CountedRepeat<Body>): void {
  const { body, states, length, reverse } = rule;
  const inner = newRegion();
  const { values, targets } = openLoop(
    planner,
    region,
    inner,
    body.symbols.slice(0, states).map((symbol, i) => ({ symbol, init: step.inputs[i]!, output: step.outputs[i]! })),
  );
  /** One of stacked tensors: the one of the step the loop is at. */
  const slice = (stacked: Address, { shape, dtype }: Expr): Address => {
    const bytes = sizeOf(shape) * BYTES[dtype];
    const { block, bytes: start, moving } = stacked;
    return {
      block,
      bytes: start + (reverse ? (length - 1) * bytes : 0),
      moving: [...moving, { loop: inner, bytes: reverse ? -bytes : bytes }],
    };
  };
  for (const [i, symbol] of body.symbols.slice(states).entries()) {
    const { base, layout, dtype } = step.inputs[states + i]!;
    const value = freshValue(symbol, null);
    planner.storage.put(value, slice(elementAt(planner.storage.addressOf(base), dtype, layout.offset), symbol));
    planner.homes.set(value, inner);
    values.set(symbol, value);
  }
  for (const [i, output] of step.outputs.entries())
    if (i >= states) {
      if (!planner.storage.has(output)) planner.storage.put(output, startOf(newBlock(region, bytesOf(output))));
      targets.push({ address: slice(planner.storage.addressOf(output), body.results[i]!), symbol: null });
    }
  capture(values, step, body.symbols.length);
  planRegion(planner, inner, body.results, values, targets);
  region.statements.push({ body: inner, length });
}

function planConditional(planner: Planner, region: Region, step: Step, rule: ConditionalRepeat<Body>): void {
  const { body, states } = rule;
  const inner = newRegion();
  const [first, most] = step.inputs as [TensorValue, TensorValue];
  const [counter, going, ...symbols] = body.symbols as [Expr, Expr, ...Expr[]];
  const { values, targets } = openLoop(
    planner,
    region,
    inner,
    symbols.map((symbol, i) => ({ symbol, init: step.inputs[2 + i]!, output: step.outputs[i]! })),
  );
  const held = (e: Expr): Target => {
    const address = startOf(newBlock(region, BYTES[e.dtype]));
    const value = freshValue(e, null);
    planner.storage.put(value, address);
    planner.homes.set(value, inner);
    values.set(e, value);
    return { address, symbol: value };
  };
  const [at, asked] = [held(counter), held(going)];
  copyTo(region, planner.storage, first, asked.address);
  capture(values, step, 2 + states);
  planRegion(planner, inner, body.results, values, [asked, ...targets]);
  const { storage } = planner;
  const limit = elementAt(storage.addressOf(most.base), "int64", most.layout.offset);
  region.statements.push({ body: inner, going: asked.address, step: at.address, most: limit });
}
