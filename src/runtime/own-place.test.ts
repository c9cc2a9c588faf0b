import { expect, it, vi } from "vitest";
import { square } from "../ops/arithmetic.js";
import { conv2d } from "../ops/convolution.js";
import { input } from "../ops/leaf.js";
import { tensor } from "../util/tensor.js";
import { ownPlace } from "./own-place.js";
import { placeEngine } from "./place-engine.js";

it("computes what a target has no rule for by ONNX Runtime, between programs of the target", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  const engine = placeEngine(ownPlace("wasm"));
  const squares = async (n: number) => {
    const x = input("x", [n]);
    const program = await engine.compile({ x }, { y: square(x) });
    return [program.engine, (await program.run({ x: tensor(new Float32Array(n).fill(3)) })).y];
  };
  const images = [1, 1, 3, 3];
  const [x, w] = [input("x", images), input("w", images)];
  const conv = await engine.compile({ x, w }, { y: conv2d(x, w) });
  expect(await squares(2)).toEqual(["wasm", tensor(Float32Array.of(9, 9))]);
  const ones = tensor(new Float32Array(9).fill(1), images);
  const { y } = await conv.run({ x: ones, w: ones });
  expect([conv.engine, y.data[Math.floor(y.data.length / 2)]]).toEqual(["onnx", 9]);
  expect(await squares(3)).toEqual(["wasm", tensor(Float32Array.of(9, 9, 9))]);
  // What is asked for by name is told what it lacks, once a process: another test may have been told before.
  const said = "ebbflow: engine wasm: conv2d has no kernel; ONNX Runtime computes programs with it";
  expect(warned.mock.calls.flat().filter((line) => line !== said)).toEqual([]);
  warned.mockRestore();
});
