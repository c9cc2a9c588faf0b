import { expect, it } from "vitest";
import { tellEngine } from "./engine.js";

it("says of a training that goes on by another engine why it does", () => {
  const goesOn = "onnx goes on, and arrives at other bytes";
  for (const engine of ["c", "webgpu", "cuda"] as const) {
    expect(tellEngine(engine, engine, "auto")).toBeNull();
    // The folder was moved to a machine that has it not, whether or not it was asked for.
    const gone = `this training began with engine ${engine}, which is not there: ${goesOn}`;
    expect(tellEngine("onnx", engine, "auto")).toBe(gone);
    expect(tellEngine("onnx", engine, engine)).toBe(gone);
    const other = `this training began with engine ${engine}, and onnx is asked for: ${goesOn}`;
    expect(tellEngine("onnx", engine, "onnx")).toBe(other);
  }
  // What is asked for is not there either.
  expect(tellEngine("onnx", "wasm", "cuda")).toBe(
    `this training began with engine wasm, and cuda is asked for: ${goesOn}`,
  );
});
