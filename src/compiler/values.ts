/** A graph as the compiler sees it: a list of steps over values, each of one rule. */

import type { Body, Expr, Node } from "../ir/expr.js";
import type { Kernel, Layout } from "../ir/kernel.js";
import type { TensorType } from "../ir/type.js";
import type { Tensor } from "../util/tensor.js";

export type Rule = Kernel<Node, Expr, Body>;

/** A tensor of a program. */
export interface TensorValue extends TensorType {
  /** The value in whose memory its elements lie: itself, unless it is a view. */
  readonly base: TensorValue;
  /** Where they lie there. */
  readonly layout: Layout;
  /** What makes it; nothing where it is given or known. */
  readonly step: Step | null;
  /** Its numbers, where they are known when the program is built. */
  readonly known: Tensor | null;
}

/** One operation that computes. */
export interface Step {
  readonly at: number;
  readonly node: Node;
  readonly rule: Rule;
  readonly inputs: readonly TensorValue[];
  readonly outputs: readonly TensorValue[];
}

/** The number of a value that is the same everywhere, if it is known when the program is built. */
export function literalOf({ base }: TensorValue): number | bigint | undefined {
  return base.known?.data.length === 1 ? base.known.data[0] : undefined;
}
