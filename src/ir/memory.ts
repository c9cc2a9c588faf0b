/** How much memory a program takes, by its graph alone. */

import { sizeOf } from "../util/tensor.js";
import type { Body, Expr, Node } from "./expr.js";
import { insideOf } from "./inside.js";
import { topologicalOrder } from "./order.js";
import type { TensorType } from "./type.js";

const WIDTHS = { float32: 4, float64: 8, int64: 8, bool: 1 } as const;

/** Bytes of a tensor. */
export const bytesOf = ({ shape, dtype }: TensorType): number => sizeOf(shape) * WIDTHS[dtype];

/** The memory of one value: of several expressions, where some are views of others. */
interface Block {
  readonly bytes: number;
  /** The last step that reads it. */
  last: number;
}

/** One operation as it runs. */
interface Step {
  readonly makes: readonly Block[];
  /** What it holds while it runs, beside what it reads and makes. */
  readonly inside: number;
}

/** A graph as steps, in the order in which it is written for the engine. */
interface Plan {
  readonly blocks: Map<Expr, Block>;
  readonly steps: Step[];
  /** What is there from the first step to the last: inputs. */
  given: number;
  /** Constants, of all graphs of a program. */
  readonly constants: Set<Node>;
}

function add(plan: Plan, results: readonly Expr[]): void {
  const { blocks, steps, constants } = plan;
  const isPlanned = (node: Node): boolean => node.outputs.every((e) => blocks.has(e));
  for (const node of topologicalOrder(results, isPlanned)) {
    if (isPlanned(node)) continue;
    const { op, inputs, outputs } = node;
    const composed = op.compose?.(node);
    if (composed) add(plan, composed);
    const same = composed ?? (op.views ? inputs : undefined);
    if (same) for (const [i, e] of outputs.entries()) blocks.set(e, blocks.get(same[i]!)!);
    else if (inputs.length === 0) {
      for (const e of outputs) blocks.set(e, { bytes: 0, last: 0 });
      if (op.lower) constants.add(node);
      else plan.given += bytesOf(outputs[0]!);
    } else {
      for (const e of inputs) blocks.get(e)!.last = steps.length;
      const makes = outputs.map((e): Block => ({ bytes: bytesOf(e), last: steps.length }));
      for (const [i, e] of outputs.entries()) blocks.set(e, makes[i]!);
      const inner = insideOf(node);
      steps.push({ makes, inside: inner ? peakOf(inner.body, inner.captured, constants) : 0 });
    }
  }
}

/** The most that is there at once, constants left out. What is captured is held outside. */
function peakOf({ symbols, results }: Body, captured: readonly Expr[], constants: Set<Node>): number {
  const outside = captured.map((e) => [e, { bytes: 0, last: 0 }] as const);
  const plan: Plan = { blocks: new Map(outside), steps: [], given: 0, constants };
  add(plan, [...symbols, ...results]);
  for (const e of results) plan.blocks.get(e)!.last = Number.POSITIVE_INFINITY;
  const ending = new Map<number, number>();
  let [now, most] = [plan.given, plan.given];
  for (const [at, { makes, inside }] of plan.steps.entries()) {
    for (const { bytes, last } of makes) {
      now += bytes;
      ending.set(last, (ending.get(last) ?? 0) + bytes);
    }
    most = Math.max(most, now + inside);
    now -= ending.get(at) ?? 0;
  }
  return most;
}

/**
 * Bytes that a program holds at most: its inputs, constants and results from beginning to end, and every other value from
 * where it is made to where it is read last, in the order in which operations are written. A loop holds one step of its
 * body. What the engine needs within an operation, or keeps for the next run, is not known here.
 */
export function peakBytes(inputs: readonly Expr[], results: readonly Expr[]): number {
  const constants = new Set<Node>();
  const most = peakOf({ symbols: inputs, results }, [], constants);
  return [...constants].reduce((sum, { outputs }) => sum + bytesOf(outputs[0]!), most);
}
