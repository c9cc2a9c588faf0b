import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { rowJacobian } from "../autodiff/grad.js";
import type { Expr } from "../ir/expr.js";
import { topologicalOrder } from "../ir/order.js";
import { constant, input, stopGradient } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { iaf } from "./iaf.js";
import { maf } from "./maf.js";

const loops = (e: Expr): boolean => topologicalOrder([e]).some(({ op }) => op.name === "scan");

describe.each([
  ["maf", maf, { density: false, draws: true }],
  ["iaf", iaf, { density: true, draws: false }],
] as const)("%s", (_, declare, expected) => {
  it("walks the coordinates one by one in the direction it says, and not in the other", () => {
    const flow = declare({}, [3]);
    const [x, params] = [input("x", [4, 3]), input("params", [flow.layout.size])];
    expect({ density: loops(flow.logProb(x, params)), draws: loops(flow.forward(x, params).y) }).toEqual(expected);
  });

  it("turns the order from layer to layer, so that two layers let every coordinate see every other", async () => {
    const pattern = async (layers: number): Promise<boolean[]> => {
      const flow = declare({ layers, hidden: [16] }, [3]);
      const params = constant(normal(makeKey(layers), [flow.layout.size], "float64"));
      const z = stopGradient(constant(normal(makeKey(9), [1, 3], "float64")));
      const { jacobian } = await evaluate({ jacobian: rowJacobian(flow.forward(z, params).y, z) });
      return numbers(jacobian).map((v) => v !== 0);
    };
    expect((await pattern(2)).every(Boolean)).toBe(true);
    // One layer alone is triangular.
    expect((await pattern(1)).filter(Boolean)).toHaveLength(6);
  });
});
