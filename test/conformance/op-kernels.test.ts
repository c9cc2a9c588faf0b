/** What operations say to the compiler: every one has a rule, and the rules alone give the values. */

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { grad } from "../../src/autodiff/grad.js";
import type { Expr, Node } from "../../src/ir/expr.js";
import { insideOf } from "../../src/ir/inside.js";
import { topologicalOrder } from "../../src/ir/order.js";
import { input } from "../../src/ops/leaf.js";
import { sum } from "../../src/ops/shape.js";
import { evaluateByKernels, NoRule, ruleOf } from "../support/kernel-evaluator.js";
import { type OpCase, realise, type Width } from "../support/op-case.js";
import { valueErrors } from "../support/op-values.js";
import { cases } from "./op-cases/cases.js";

const table = Object.entries<readonly OpCase[]>(cases);
const widths = ["float32", "float64"] as const;

/** Left to ONNX Runtime: its convolutions of single precision are faster than loops. */
const leftToOnnx = ["conv2d", "conv2dBias", "conv2dInput", "conv2dWeight"];
/** Operations of the public name that are made of those above. */
const convolutions = ["conv2d"];

describe.each(widths)("by kernels alone in %s", (width) => {
  const here = table.filter(([name]) => width === "float64" || !convolutions.includes(name));
  it.each(here)("%s has its value", async (name, all) => {
    expect(await valueErrors(name, all, width, evaluateByKernels)).toEqual([]);
  });
});

/** Everything that the cases of an operation and their derivatives are made of, loops and compositions entered. */
function allNodes(width: Width): Set<Node> {
  const found = new Set<Node>();
  const visit = (results: readonly Expr[]): void => {
    for (const node of topologicalOrder(results, (n) => found.has(n))) {
      found.add(node);
      const inner = insideOf(node);
      if (inner) visit(inner.body.results);
      if (node.op.kernel && "compose" in node.op.kernel) visit(node.op.kernel.compose(node));
      else if (!node.op.kernel) visit(node.op.compose?.(node) ?? []);
    }
  };
  for (const [name, all] of table)
    for (const c of all) {
      const symbols = c.operands.map((o, i) => {
        const t = realise(o, width, `${name} ${c.label} ${i}`);
        return input(`x${i}`, t.shape, t.dtype);
      });
      const built = [c.build(...symbols)].flat() as Expr[];
      visit(built);
      const floats = symbols.filter((e) => e.dtype === width);
      if (c.order === 0 || floats.length === 0) continue;
      for (const y of built) if (y.dtype === width) visit(grad(sum(y), floats));
    }
  return found;
}

it.each(widths)("every operation has a rule in %s, but those left to ONNX", (width) => {
  const without = new Set<string>();
  for (const node of allNodes(width)) {
    if (node.op.name === "input") continue;
    try {
      ruleOf(node);
    } catch (error) {
      expect(error).toBeInstanceOf(NoRule);
      without.add(node.op.name);
    }
  }
  expect([...without].sort()).toEqual(width === "float32" ? leftToOnnx : []);
});

it("no operation of the source is out of sight of these tests", () => {
  const seen = new Set([...allNodes("float32")].map((node) => node.op.name));
  const folder = new URL("../../src/ops/", import.meta.url);
  const declared = readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .flatMap((file) => {
      const text = readFileSync(new URL(file, folder), "utf8");
      return [...text.matchAll(/(?:^ {2}name: |\b(?:unary|binary|comparison|logical)\()"(\w+)"/gm)].map(
        ([, name]) => name!,
      );
    });
  expect(declared.length).toBeGreaterThan(50);
  expect(declared.filter((name) => !seen.has(name))).toEqual([]);
});
