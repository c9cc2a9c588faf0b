/** Chains of images that are mirrored before they go on, in the objectives that keep some. */

import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { resolveConfig } from "../config/config.js";
import { prepareData } from "../config/prepare.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { startSession } from "./start.js";

const [N, WIDTH] = [40, 4];
const table = {
  source: "t",
  columns: ["a", "b", "c", "d"],
  rows: tensor(
    Float64Array.from({ length: N * WIDTH }, (_, i) => 60 * (i % WIDTH) + (Math.floor(i / WIDTH) % 50)),
    [N, WIDTH],
  ),
};
// A walk that does not move: what chains are is what was done to them.
const still = { local: "ula", localSteps: 1, stepSize: 1e-16, chains: 10 };

it.each([
  ["pcd", { replay: 20 }],
  ["balanced", { replay: 20, jumps: false, adapt: false }],
  ["nt-ebm", {}],
  ["replay", { buffer: 20, restart: 0 }],
])("%s moves on from images that are mirrored, and puts those back", async (name, more) => {
  const chainsOf = async (mirror: number): Promise<number[][]> => {
    const config = resolveConfig({
      data: { file: "t", image: [1, 1, WIDTH], validation: 0 },
      energy: { name: "neural", hidden: [2] },
      flow: { name: "realnvp", layers: 2, hidden: [2] },
      objective: { name, ...still, ...more, mirror },
      ...{ select: "last", batch: 8, steps: 1 },
    });
    const session = await startSession(config, prepareData(config, table));
    await session.step();
    const kept = numbers((session.state()["carry.chains"] ?? session.state()["carry.buffer"])!);
    return Array.from({ length: kept.length / WIDTH }, (_, i) => kept.slice(i * WIDTH, (i + 1) * WIDTH));
  };
  const [plain, turned] = [await chainsOf(0), await chainsOf(1)];
  const isTurned = turned.map((row) => row[0]! > row[3]!);
  expect(plain.every((row) => row[0]! < row[3]!)).toBe(true);
  expect(isTurned.filter(Boolean)).toHaveLength(10);
  for (const [i, row] of turned.entries())
    for (const [j, v] of (isTurned[i] ? row.toReversed() : row).entries()) expect(v).toBeCloseTo(plain[i]![j]!, 5);
});

it("says what it needs where rows are no images", async () => {
  const config = resolveConfig({
    data: { file: "t" },
    objective: { name: "replay", chains: 4, buffer: 8, shift: 1 },
    energy: { name: "neural" },
  });
  await expect(startSession(config, prepareData(config, table))).rejects.toThrow(InputError);
});
