/** What operands of instructions are, and what they must be. */

import type { Kind, Value } from "../machine.js";

/** Whether a value is a register that changes. */
export const changes = (x: Value): boolean => "changes" in x;

export const isTruth = (kind: Kind): boolean => kind === "mask32" || kind === "mask64";

/** The instruction, if there is one for such an operand. */
export function need<T>(code: T | undefined, instruction: string, { kind, lanes }: Value): T {
  if (code === undefined) throw new Error(`wasm: no ${instruction} of ${lanes} ${kind}`);
  return code;
}

/** Throws unless operands are of one kind and as many lanes. */
export function alike(instruction: string, a: Value, b: Value): void {
  if (a.kind !== b.kind || a.lanes !== b.lanes)
    throw new Error(`wasm: ${instruction} of ${a.lanes} ${a.kind} and ${b.lanes} ${b.kind}`);
}
