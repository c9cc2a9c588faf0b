import { expect, it } from "vitest";
import type { Expr } from "../ir/expr.js";
import { add, mul } from "../ops/arithmetic.js";
import { input } from "../ops/leaf.js";
import { emit } from "./emit.js";
import { plan } from "./plan.js";
import { wasmMachine } from "./wasm/machine.js";

const x = input("x", [5], "float32");

function written(y: Expr): { code: string; constants: string } {
  const machine = wasmMachine({ relaxed: false });
  const program = plan([x], [y]);
  return { code: `${machine.finish(emit(machine, program))}`, constants: `${program.constants}` };
}

it("programs that differ in a number alone are one module, with other constants", () => {
  const [one, other] = [written(add(mul(x, 0.3), 1)), written(add(mul(x, 1e-9), 1))];
  expect(one.code).toBe(other.code);
  expect(one.constants).not.toBe(other.constants);
});

it("numbers of formulas stand in the code", () => {
  expect(written(mul(x, 0.5)).constants).toBe("");
  expect(written(mul(x, 0.5)).code).not.toBe(written(mul(x, 3)).code);
});
