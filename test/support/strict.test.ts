import { describe, expect, it } from "vitest";
import { square } from "../../src/ops/arithmetic.js";
import { conv2d } from "../../src/ops/convolution.js";
import { input } from "../../src/ops/leaf.js";
import type { Engine } from "../../src/runtime/engine.js";
import { useEngine } from "../../src/runtime/program.js";
import { strict } from "./strict.js";

const x = input("x", [2, 3, 4, 4], "float32");
const convolution = { y: conv2d(x, input("w", [1, 3, 3, 3], "float32")) };

/** What an engine whose programs ONNX Runtime computes is told to have left. */
async function left(outputs: Parameters<Engine["compile"]>[1]): Promise<(string | null)[]> {
  const told: (string | null)[] = [];
  const inputs = { x, w: convolution.y.node.inputs[1]! };
  await strict(await useEngine("onnx"), "wasm", (one) => told.push(one)).compile(inputs, outputs);
  return told;
}

describe("an engine that is held to its name", () => {
  it("is refused where it leaves what there are rules for", async () => {
    await expect(left({ y: square(x) })).rejects.toThrow("onnx computes what wasm was to");
  });

  it("may leave what there is no rule for, and says what", async () => {
    expect(await left(convolution)).toEqual(["conv2d has no kernel"]);
  });

  it("may leave nothing where nobody is told", async () => {
    const engine = strict(await useEngine("onnx"), "wasm");
    await expect(engine.compile({ x, w: convolution.y.node.inputs[1]! }, convolution)).rejects.toThrow("no kernel");
  });

  it("computes the rest", async () => {
    const told: (string | null)[] = [];
    const engine = strict(await useEngine("wasm"), "wasm", (one) => told.push(one));
    expect((await engine.compile({ x }, { y: square(x) })).engine).toBe("wasm");
    expect(told).toEqual([null]);
  });
});
