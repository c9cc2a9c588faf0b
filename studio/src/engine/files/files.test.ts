import { openModel, type Trained, tensor } from "ebbflow";
import { readTable } from "ebbflow/data";
import { decodeCheckpoint } from "ebbflow/formats";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSimulation, type Simulation } from "../simulation.js";
import { encodeNpy } from "./npy.js";

const config = {
  data: { dataset: "two-modes", options: { preset: "paper" }, points: 400 },
  energy: { name: "neural", hidden: [16] },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  objective: { name: "balanced", chains: 32, localSteps: 2 },
  ...{ steps: 5, closing: 0, batch: 32, seed: 5, draws: 200, select: "last" },
};

let simulation: Simulation;
let trained: Trained;
beforeAll(async () => {
  simulation = await openSimulation({ config }, () => {});
  for (let i = 0; i < 5; i++) await simulation.step("all");
  trained = await simulation.session().trained();
});
afterAll(() => simulation.close());

const rowsOf = async (name: string) => {
  const { file, bytes } = await simulation.file(name);
  return readTable(bytes, { source: file });
};

describe("files of a training", () => {
  it("are those that it has", () => {
    expect(simulation.files().map(({ name }) => name)).toEqual([
      ...["model", "weights", "energy-onnx", "draws.csv", "draws.npy"],
      ...["chains.csv", "chains.npy", "flow-draws.csv", "flow-draws.npy"],
    ]);
  });

  it("has a model that opens as itself", async () => {
    const opened = await openModel((await simulation.file("model")).bytes);
    const x = [[1.4, 1.6]];
    expect(await opened.logDensity(x)).toEqual(await trained.logDensity(x));
  });

  it("has weights that are a checkpoint of the session", async () => {
    const { file, bytes } = await simulation.file("weights");
    expect(file).toBe("step-00000005.safetensors");
    const { step, tensors } = decodeCheckpoint(bytes);
    expect(step).toBe(5);
    expect(tensors["params.energy"]!.data).toEqual(simulation.session().state()["params.energy"]!.data);
  });

  it("has an ONNX program of the energy, in the units of the rows", async () => {
    const { bytes } = await simulation.file("energy-onnx");
    const program = await ort.InferenceSession.create(bytes);
    const x = Float32Array.from({ length: 512 }, (_, i) => Math.sin(i) * 2);
    const found = await program.run({ "in:x": new ort.Tensor("float32", x, [256, 2]) });
    const energies = found["out:energy"]!.data as Float32Array;
    const logs = await (await openModel((await simulation.file("model")).bytes)).logDensity(tensor(x, [256, 2]));
    // Differences of energies are those of log-densities.
    for (let i = 1; i < 256; i++) expect(energies[0]! - energies[i]!).toBeCloseTo(logs[i]! - logs[0]!, 3);
  });

  it.each(["draws", "chains", "flow-draws"])("has the same rows of %s in both forms", async (name) => {
    const [csv, npy] = [await rowsOf(`${name}.csv`), await rowsOf(`${name}.npy`)];
    expect(csv.columns).toEqual(simulation.session().data.columns);
    expect(csv.rows.shape).toEqual(npy.rows.shape);
    for (const [i, v] of csv.rows.data.entries()) expect(Math.fround(v)).toBe(Math.fround(npy.rows.data[i]!));
  });
});

it("writes arrays of NumPy of both widths", async () => {
  for (const data of [Float32Array.of(0.5, 2, 3, 4, -5, 6), Float64Array.of(0.1, 2, 3, 4, -5, 6)]) {
    const { rows } = await readTable(encodeNpy(tensor(data, [3, 2])), { source: "a.npy" });
    expect(rows.shape).toEqual([3, 2]);
    expect(Array.from(rows.data)).toEqual(Array.from(data));
  }
});
