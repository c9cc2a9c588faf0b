/** Runs whose rows have labels: their folder. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { resolveConfig } from "../config/config.js";
import type { LabelColumn } from "../data/labels.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { createRun } from "./create.js";
import { executeRun } from "./execute.js";
import { openRun } from "./open.js";

const key = makeKey(19);

describe("the folder of a run", () => {
  const N = 60;
  const rows = tensor(Float64Array.from(normal(key, [N, 2], "float64").data), [N, 2]);
  const cells = Array.from({ length: N }, (_, i) => ["b", "a", "c"][i % 3]!);
  const labels: LabelColumn = { column: "kind", cells, rows: cells.map((_, i) => i + 2) };
  const table = { source: "p.csv", columns: ["x", "y"], rows, labels };
  const config = resolveConfig({ data: { file: "p.csv", label: "kind" }, energy: { hidden: [4] } });

  it("keeps the labels, divided as the rows are", () => {
    const path = join(scratch(), "kept");
    createRun(path, { config, table });
    const run = openRun(path);
    const { labels: own, train, test, coordinates } = run.data;
    expect([own!.column, own!.classes]).toEqual(["kind", ["a", "b", "c"]]);
    expect(run.model.energy.classes!.count).toBe(3);
    for (const [part, indices] of [
      [train, own!.train],
      [test, own!.test],
    ] as const)
      for (const [i, k] of indices.entries()) {
        const x = coordinates.decode(part).data[2 * i]!;
        const row = Array.from({ length: N }, (_, r) => r).find((r) => Math.abs(rows.data[2 * r]! - x) < 1e-5)!;
        expect(own!.classes[k]).toBe(cells[row]);
      }
  });

  it("is damaged when a label changes", () => {
    const path = join(scratch(), "damaged");
    createRun(path, { config, table });
    const file = join(path, "data.safetensors");
    const bytes = readFileSync(file);
    const header = Number(bytes.readBigUInt64LE(0));
    const { "labels.test": at } = JSON.parse(bytes.subarray(8, 8 + header).toString());
    bytes[8 + header + at.data_offsets[0]]! ^= 1;
    writeFileSync(file, bytes);
    expect(() => openRun(path)).toThrow(InputError);
    expect(() => openRun(path)).toThrow("do not match their checksum");
  });

  it("is damaged when the name of a class changes", () => {
    const path = join(scratch(), "renamed");
    createRun(path, { config, table });
    const file = join(path, "data.safetensors");
    const text = readFileSync(file, "latin1");
    const named = String.raw`\"classes\":[\"a\"`;
    expect(text).toContain(named);
    writeFileSync(file, text.replace(named, named.replace(String.raw`\"a\"`, String.raw`\"z\"`)), "latin1");
    expect(() => openRun(path)).toThrow("do not match their checksum");
  });

  it("is trained on to the same bytes after a stop", async () => {
    const brief = resolveConfig({
      ...{ data: { file: "p.csv", label: "kind", validation: 0 }, select: "last", energy: { hidden: [4] }, flow: null },
      ...{ steps: 6, batch: 16, draws: 100, objective: { name: "jem", likelihood: { name: "pcd", chains: 8 } } },
    });
    const [whole, stopped] = [join(scratch(), "whole"), join(scratch(), "stopped")];
    for (const path of [whole, stopped]) createRun(path, { config: brief, table });
    const emit = (): undefined => undefined;
    const first = await executeRun(openRun(whole), { emit, stopped: () => false });
    let steps = 0;
    const half = await executeRun(openRun(stopped), { emit, stopped: () => ++steps === 3 });
    expect([first.step, half]).toEqual([6, { step: 3, summary: null }]);
    await executeRun(openRun(stopped), { emit, stopped: () => false });
    const end = (path: string): Buffer => readFileSync(join(path, "checkpoints", "step-00000006.safetensors"));
    expect(end(stopped).equals(end(whole))).toBe(true);
    expect(first.summary!.evaluation.classes!.rows).toBe(12);
  });

  it("of rows without labels has the bytes it always had", () => {
    const path = join(scratch(), "plain");
    const { labels: _, ...bare } = table;
    createRun(path, { config: resolveConfig({ data: { file: "p.csv" }, energy: { hidden: [4] } }), table: bare });
    expect(readFileSync(join(path, "data.safetensors")).includes("labels")).toBe(false);
    expect(openRun(path).data).not.toHaveProperty("labels");
  });
});
