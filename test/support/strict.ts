/** Engines that are held to their name: one that falls back computes right whatever its compiler does. */

import { NoRule } from "../../src/compiler/linearize.js";
import { plan } from "../../src/compiler/plan.js";
import type { Expr } from "../../src/ir/expr.js";
import type { Computes, Engine } from "../../src/runtime/engine.js";

/** What is left to ONNX Runtime by right: the operation that has no rule, in words; null where all have one. */
export function whyLeft(inputs: Readonly<Record<string, Expr>>, outputs: Readonly<Record<string, Expr>>) {
  try {
    plan(Object.values(inputs), Object.values(outputs));
    return null;
  } catch (error) {
    if (error instanceof NoRule) return error.message;
    throw error;
  }
}

/**
 * @param left is told of programs that another engine computes because operations have no rule; unless given, these are
 * refused as well. Programs that were asked for by another engine's name are none of its business.
 */
export function strict(engine: Engine, name: Computes, told: (left: string | null) => void = refuse): Engine {
  return {
    ...engine,
    async compile(inputs, outputs, options) {
      const program = await engine.compile(inputs, outputs, options);
      const left = program.engine === name ? null : whyLeft(inputs, outputs);
      if (program.engine !== name && left === null) throw new Error(`${program.engine} computes what ${name} was to`);
      told(left);
      return program;
    },
  };
}

function refuse(left: string | null): void {
  if (left !== null) throw new Error(left);
}
