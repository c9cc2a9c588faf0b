/** Every operation: its type rule, its value and its derivatives, in both widths. */

import { describe, expect, it } from "vitest";
import type { Expr } from "../../src/ir/expr.js";
import * as ops from "../../src/ops/index.js";
import type { Tensor } from "../../src/util/tensor.js";
import { gradientErrors, type Problem } from "../support/gradients.js";
import { helpers, type OpCase, realise } from "../support/op-case.js";
import { valueErrors } from "../support/op-values.js";
import { cases } from "./op-cases/cases.js";

const table = Object.entries<readonly OpCase[]>(cases);

/** A case as a function of its float operands alone. */
function problemOf(name: string, c: OpCase): Problem[] {
  const order = c.order ?? 2;
  if (order === 0) return [];
  const tensors = c.operands.map((o, i) => realise(o, "float64", `${name} ${c.label} ${i}`));
  const build = (...x: Expr[]): Expr | readonly Expr[] => {
    const rest = [...x];
    return c.build(...tensors.map((t) => (t.dtype === "float64" ? rest.shift()! : ops.constant(t))));
  };
  const at = tensors.filter((t): t is Tensor<Float64Array> => t.data instanceof Float64Array);
  return [{ name: c.label, at, build, order, ...(c.flat ? { flat: true } : {}) }];
}

it("covers every operation, and helpers are not operations", () => {
  expect(
    Object.keys(ops)
      .filter((k) => !(k in helpers))
      .sort(),
  ).toEqual(Object.keys(cases).sort());
  expect(Object.keys(helpers).filter((k) => !(k in ops))).toEqual([]);
  expect(table.filter(([, all]) => all.length === 0)).toEqual([]);
});

describe.each(table)("%s", (name, all) => {
  it.each(["float32", "float64"] as const)("has its type and its value in %s", async (width) => {
    expect(await valueErrors(name, all, width)).toEqual([]);
  });

  const problems = all.flatMap((c) => problemOf(name, c));
  if (problems.length > 0)
    it("has the derivatives that differences show", async () => {
      expect(await gradientErrors(problems)).toEqual([]);
    });
});
