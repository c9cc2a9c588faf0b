/** A row's value has the same bits alone, among others, and wherever it stands: in every energy and every flow. */

import { describe, expect, it } from "vitest";
import type { Energy } from "../../src/energies/energy.js";
import { energyOf } from "../../src/energies/evaluate.js";
import { gaussianEnergy } from "../../src/energies/gaussian.js";
import { neuralEnergy } from "../../src/energies/neural.js";
import { input } from "../../src/ops/leaf.js";
import { reshape, sum } from "../../src/ops/shape.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { compile } from "../../src/runtime/program.js";
import { cast, type FloatTensor, sizeOf, tensor } from "../../src/util/tensor.js";
import { casesOf, energies, shapesOf } from "../support/energy-cases.js";
import { eventsOf, flowCases } from "../support/flow-cases.js";

const key = makeKey(29);

/** The points over and over, up to `n` rows. */
function repeated({ data, shape: [m, ...event] }: FloatTensor, n: number): FloatTensor {
  const size = data.length / m!;
  const rows = Float64Array.from({ length: n * size }, (_, i) => data[i % data.length]!);
  return tensor(rows, [n, ...event]);
}

const sliceRows = ({ data, shape: [, size] }: FloatTensor, i: number): FloatTensor["data"] =>
  data.subarray(i * size!, (i + 1) * size!);

/** Where a row's bits are not those it has alone: in batches of every compiled size, full and filled up. */
async function strays(energy: Energy, params: FloatTensor | undefined, points: FloatTensor): Promise<string[]> {
  const found: string[] = [];
  const m = points.shape[0]!;
  const size = points.data.length / m;
  for (const width of ["float32", "float64"] as const) {
    const at = energyOf(energy, width);
    const alone: number[] = [];
    for (let i = 0; i < m; i++) {
      const row = tensor(Float64Array.from(points.data.subarray(i * size, (i + 1) * size)), [
        1,
        ...points.shape.slice(1),
      ]);
      alone.push(...(await at(row, params)));
    }
    for (const n of [m, 69, 300, 1100]) {
      const values = await at(repeated(points, n), params);
      const stray = values.findIndex((v, i) => !Object.is(v, alone[i % m]));
      if (stray >= 0) found.push(`${width}: row ${stray} of ${n} is ${values[stray]}, alone ${alone[stray % m]}`);
    }
  }
  return found;
}

describe("the bits of a row are its own", () => {
  it.each(casesOf(energies, (declare) => shapesOf(declare, [[2], [4, 2], [2, 2, 3]]).slice(0, 1)))(
    "energy %s",
    async (_, { energy, params, points }) => {
      expect(await strays(energy, params, points)).toEqual([]);
    },
  );

  it.each(flowCases(eventsOf([5], [1, 4, 4])).map((c) => [c.label, c] as const))(
    "flow %s",
    async (_, { flow, event, perturbed }) => {
      expect(await strays(flow, perturbed, normal(fold(key, "points"), [7, ...event], "float64"))).toEqual([]);
    },
  );

  it("sums over any axes of rows of any shape", async () => {
    const shapes = [1, 2, 3, 4, 5, 7, 13].flatMap((a) => [1, 2, 3, 5, 8, 13].map((b) => [a, b] as const));
    const found = shapes.flatMap((event) =>
      [[1], [2], [1, 2]].flatMap((axes) =>
        (["float32", "float64"] as const).map(async (width) => {
          const row = normal(fold(key, `${event}`), [1, ...event], width);
          const rows = cast(repeated(row, 48), width);
          const x = input("x", rows.shape, width);
          const kept = sum(x, axes);
          const outputs = { y: reshape(kept, [48, sizeOf(kept.shape) / 48]) };
          const { y } = await (await compile({ x }, outputs, { steadyRows: true })).run({ x: rows });
          const [first, ...others] = Array.from({ length: 48 }, (_, i) => `${sliceRows(y as FloatTensor, i)}`);
          return others.every((other) => other === first) ? [] : [`${width} (${event}) over ${axes}`];
        }),
      ),
    );
    expect((await Promise.all(found)).flat()).toEqual([]);
  });

  // Sums over rows of odd width, which begin at any address.
  it.each([1, 3, 5, 7, 13, 30])("in %i dimensions", async (d) => {
    const points = normal(fold(key, "points"), [7, d], "float64");
    expect(await strays(gaussianEnergy([d], 0.3, 2), undefined, points)).toEqual([]);
    const network = neuralEnergy([d], { hidden: [37, 21], activation: "gelu", residual: false });
    expect(await strays(network, tensor(network.init(key)), points)).toEqual([]);
  });
});
