import { expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { buildModel } from "../config/prepare.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { denoiseRun } from "./denoise-run.js";
import type { LearnedAt, OpenRun } from "./open.js";

it("takes noise, rows and errors in the units of the data, each column its own", async () => {
  const config = resolveConfig({
    ...{ data: { file: "points.csv" }, flow: null, objective: { name: "pcd" }, energy: { name: "gaussian" } },
  });
  const rows = normal(makeKey(1), [9, 2]);
  // A standard normal law of the standardised columns: N(0, 2²) and N(100, 50²) of the data.
  const scale = Float64Array.of(2, 50);
  const data = {
    ...{ columns: ["a", "b"], standardizer: { mean: Float64Array.of(0, 100), scale } },
    ...{ train: rows, validation: rows, test: rows },
  };
  const run = { config, data, model: buildModel(config, [2]) } as unknown as OpenRun;
  const learned: LearnedAt = { energy: undefined, flow: undefined, step: 1, skipped: [] };
  const noisy = tensor(Float64Array.of(3, 200), [1, 2]);
  const { x, standardError } = await denoiseRun(run, learned, noisy, { sigma: [1, 25], key: makeKey(2) });
  // 3 · 4/(4 + 1), and 100 + 100 · 2500/(2500 + 625). Five standard errors: false alarms in 1e-6.
  for (const [i, mean] of [2.4, 180].entries()) {
    const error = standardError!.data[i]!;
    expect(Math.abs(x.data[i]! - mean)).toBeLessThan(5 * error);
    // The posterior's deviation is 0.45 of the column's; 2000 dependent draws.
    expect(error / scale[i]!).toBeLessThan(0.05);
    expect(error / scale[i]!).toBeGreaterThan(0.003);
  }
});
